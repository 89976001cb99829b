import type { Plan } from '../plan/plan-types.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { Command } from '../resources/command.ts';
import type { Grants } from '../resources/grants.ts';
import { shellWord } from '../text/shell-word.ts';
import type { Walls } from '../worlds/world.ts';
import { UsageError } from './options.ts';
import { optionsOf } from './options-of.ts';
import { print, printError } from './output.ts';

/**
 * Prints the command line of `cloudabi exec` that grants what a document grants. A document with grants that no option says is
 * not printed in part: they are named instead.
 *
 * @param program As it was written.
 * @returns The exit status.
 * @throws UsageError for a document without a command.
 */
export function printAsOptions(
  program: string,
  plan: Plan,
  { content }: Grants,
  walls: Walls | undefined,
): number {
  if (!(content instanceof Command))
    throw new UsageError('Options grant a command; this document grants a tree of values, without !command');
  const { words, lost } = optionsOf(content.parts, plan.kind);
  for (const { what, position } of lost) {
    const where = position === undefined ? '' : `${position.file}:${position.line}:${position.column}: `;
    printError(`${where}No option grants ${what}`);
  }
  if (lost.length > 0) return ExitStatus.configuration;
  const chosen = walls === undefined ? [] : ['--walls', walls];
  const all = ['cloudabi', 'exec', ...words, ...chosen, '--', program, ...content.parts.arguments];
  print(`${all.map(shellWord).join(' ')}\n`);
  return 0;
}
