import { writeSync } from 'node:fs';
import { printable, printableJson, printableLines } from '../text/printable.ts';

/*
 * All that commands write about programs, documents and hosts leaves through these functions. A test looks for other
 * ways out (tests/text/ways-out.test.ts).
 */

/** Writes text to standard output; it keeps its line ends. */
export function print(text: string): void {
  process.stdout.write(printableLines(text));
}

/** Writes a value as JSON to standard output, with a line end. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Writes a message to standard error at once. Node's streams would be lost when the process ends itself. */
export function printError(message: string): void {
  try {
    writeSync(2, `${printableLines(message)}\n`);
  } catch {
    // Nobody reads standard error, so there is nobody to tell.
  }
}

/** Text in a colour if there is one; the text itself is made fit for a line. */
export function coloured(colour: string | undefined, text: string): string {
  return colour === undefined ? printable(text) : `${colour}${printable(text)}${PLAIN}`;
}

const PLAIN = '\u001b[0m';
