import type { CommandParts } from '../resources/command.ts';
import { FileResource } from '../resources/file.ts';
import { printCommand } from '../resources/print/print-command.ts';
import { printable } from '../text/printable.ts';
import { shellWord } from '../text/shell-word.ts';
import { acceptOption } from './accept.ts';
import { belowOptions } from './below-options.ts';
import type { ParsedOptions } from './options.ts';
import { print } from './output.ts';
import { planOptions } from './plan-exec.ts';
import { adapterOption, addonOptions, wallsOption } from './run-plan.ts';

/** Options of `cloudabi exec` that no document has: `cloudabi run` takes them, too. */
const kept = [adapterOption, ...addonOptions, acceptOption, wallsOption];

/**
 * Prints the document that grants what the options of a command line grant, with the command that takes it.
 *
 * @returns The exit status.
 * @throws The errors of `planExec`, since a wrong command line has no document; UnspeakableError.
 */
export async function printGrants(name: string, given: ParsedOptions): Promise<number> {
  const { plan, command } = planOptions(name, given, await belowOptions(given));
  const options = kept.flatMap(({ name: option, value }) => {
    if (value === undefined) return given.has(option) ? [option] : [];
    return given.all(option).flatMap((text) => [option, shellWord(text)]);
  });
  const words = ['cloudabi', 'run', ...options, shellWord(given.rest[0] ?? plan.program.path)];
  const lines = [`# ${words.join(' ')} < grants.yaml`];
  if (hasRelativePaths(command.parts))
    lines.push(`# Relative paths start at the folder of this document: save it in ${process.cwd()}.`);
  print(`${lines.map((line) => printable(line)).join('\n')}\n${printCommand(command.parts)}`);
  return 0;
}

function hasRelativePaths({ directories, linux }: CommandParts): boolean {
  return [...directories.values(), ...linux.files.values()].some(
    (file) => file instanceof FileResource && !file.path.startsWith('/'),
  );
}
