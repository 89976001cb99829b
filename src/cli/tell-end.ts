import type { PlannedLinux } from '../plan/linux/planned.ts';
import { describeExit, type ExitReason, exitStatusOf } from '../process/exit-reason.ts';
import { formatRegisters } from '../process/refusal.ts';
import { limitWords } from './limit-words.ts';
import { printError } from './output.ts';

/** The facts about a program besides its end. */
export type Told = {
  /** The name of the command in messages. */
  readonly command: string;
  /** The program's path, for messages. */
  readonly path: string;
  /** Limits that hold each process of a Linux program by itself; none for others. */
  readonly resources: PlannedLinux['resources'];
  /** True to print the place in the program where it has trapped. */
  readonly place?: boolean;
};

function placeLines({ stack = [], registers = [] }: Extract<ExitReason, { kind: 'trapped' }>): string[] {
  return [...stack.map((line) => `    ${line}`), ...formatRegisters(registers)];
}

/**
 * Prints how a program has ended, where its user does not know.
 *
 * @param forwarded True if a signal was passed on to it.
 * @returns The exit status of the command.
 */
export function tellEnd(
  { command, path, resources, place = false }: Told,
  reason: ExitReason,
  forwarded: boolean,
): number {
  // The sender of a signal knows why the program has ended, as does the user of `| head -1`.
  const expected =
    reason.kind === 'exited' || (reason.kind === 'signaled' && (forwarded || reason.signal === 'SIGPIPE'));
  if (reason.kind === 'exited' && reason.message !== undefined) printError(reason.message);
  if (reason.kind === 'failed') printError(`${command}: ${reason.message}`);
  else if (!expected) {
    const text = describeExit(reason);
    printError(`${path} ${text.charAt(0).toLowerCase()}${text.slice(1)}`);
    if (place && reason.kind === 'trapped') for (const line of placeLines(reason)) printError(line);
  }
  for (const words of limitWords(resources, reason)) printError(`${path}: ${words}`);
  return exitStatusOf(reason);
}
