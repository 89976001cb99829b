// Runs commands at a real terminal, which Python's pty module makes.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/** The Python that makes terminals. */
export const PYTHON = '/usr/bin/python3';

/** The reason to leave tests at a terminal out; false for none. */
export const skip: string | false = !existsSync(PYTHON) && 'needs the package python3';

/** The contents of a terminal, and the exit status of the command there. */
export type Shown = { readonly shown: string; readonly status: number };

/**
 * Runs any command at a terminal and answers its questions in turn, each as soon as it stands there.
 *
 * @param typed A file that is made when an answer has been typed.
 */
export async function showAtTerminal(
  words: readonly string[],
  answers: readonly string[],
  typed?: string,
): Promise<Shown> {
  const child = spawn(PYTHON, ['tests/frame/cli/at-terminal.py', JSON.stringify(answers), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(typed === undefined ? {} : { TYPED: typed }) },
  });
  return JSON.parse(await text(child.stdout));
}

/** The same for one of our commands. */
export function atTerminal(
  words: readonly string[],
  answers: readonly string[],
  typed?: string,
): Promise<Shown> {
  return showAtTerminal([process.execPath, ...words], answers, typed);
}
