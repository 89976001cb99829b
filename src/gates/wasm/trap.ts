import { printable } from '../../text/printable.ts';
import type { Guest } from './guest.ts';

/** Longest message of a program or the engine that is repeated, in characters. */
const LONGEST = 400;

/** One line: the last message of a program that gave up; otherwise the trap, and the functions of the module in which it happened. */
export function reasonOfTrap({ exit }: Guest, error: unknown): string {
  if (exit.message !== undefined) return printable(exit.message, LONGEST);
  if (!(error instanceof Error)) return printable(String(error), LONGEST);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.includes('wasm://'));
  const functions = frames.slice(0, 4).map((line) => /at (\S+)/.exec(line)?.[1] ?? '?');
  const where = functions.length === 0 ? '' : ` (in ${functions.join(' < ')})`;
  return printable(`${error.message}${where}`, LONGEST);
}
