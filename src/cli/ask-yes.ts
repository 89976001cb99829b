import { closeSync, constants, openSync, readSync } from 'node:fs';
import { isTerminal, setTerminalAfresh, terminalSettings } from '../host/files/terminal.ts';
import { printError } from './output.ts';

/** Bytes of the longest answer. */
const LONGEST = 256;

/**
 * Asks a question at the terminal of this command. What was typed before the question does not answer it.
 *
 * @returns True for `yes`; `undefined` where there is no terminal to show it at and to read from.
 */
export function askYes(question: string): boolean | undefined {
  if (!isTerminal(2)) return undefined;
  let terminal: number;
  try {
    terminal = openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
  try {
    const settings = terminalSettings(terminal);
    if (settings === undefined) return undefined;
    setTerminalAfresh(terminal, settings);
    printError(question);
    const answer = Buffer.alloc(LONGEST);
    const length = readSync(terminal, answer);
    return answer.toString('latin1', 0, length) === 'yes\n';
  } finally {
    closeSync(terminal);
  }
}
