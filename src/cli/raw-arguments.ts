import { readFileSync, readlinkSync } from 'node:fs';
import { textOf } from '../host/files/host-path.ts';
import { requireUtf8, UsageError } from './options.ts';
import { unmarked } from './words-of-node.ts';

/** In the place of this character in an argument, Node may have found bytes that are not UTF-8. */
const REPLACED = '\ufffd';

/**
 * The command's arguments, in which bytes that are not UTF-8 are kept (host-path.ts).
 *
 * @throws UsageError when the host does not show them.
 */
export function rawArguments(): string[] {
  const shown = process.argv.slice(2);
  if (!shown.some((argument) => argument.includes(REPLACED))) return shown;
  const all = piecesOf('/proc/self/cmdline');
  // The words in front are Node itself, its own options and the path of the script.
  if (all.length < process.argv.length)
    throw new UsageError('An argument is not UTF-8, and /proc/self/cmdline does not show it');
  return all.slice(all.length - shown.length).map(unmarked);
}

/** A variable of the environment that the command was started with; `undefined` for none. */
export function rawVariable(name: string): string | undefined {
  const shown = process.env[name];
  if (shown === undefined || !shown.includes(REPLACED)) return shown;
  const start = `${name}=`;
  const found = piecesOf('/proc/self/environ').find((piece) => piece.startsWith(start));
  if (found === undefined)
    throw new UsageError(`Variable ${name} is not UTF-8, and /proc/self/environ does not show it`);
  return found.slice(start.length);
}

/**
 * Makes sure that paths can be taken from the working directory.
 *
 * @throws UsageError
 */
export function checkWorkingDirectory(): void {
  if (!process.cwd().includes(REPLACED)) return;
  requireUtf8(
    'The name of the working directory',
    textOf(readlinkSync('/proc/self/cwd', { encoding: 'buffer' })),
  );
}

function piecesOf(path: string): string[] {
  let text: string;
  try {
    text = textOf(readFileSync(path));
  } catch {
    return [];
  }
  return text.split('\0').slice(0, -1);
}
