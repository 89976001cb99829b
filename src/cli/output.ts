import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { ExitStatus, SIGNAL_STATUS } from '../process/exit-status.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { printable, printableJson, printableLines } from '../text/printable.ts';

/*
 * All that commands write about programs, documents and hosts leaves through these functions. A test looks for other
 * ways out (tests/text/ways-out.test.ts).
 */

let watched = false;

/**
 * Ends this process when standard output or error takes no more: without a word, as other commands do, when the reader
 * has gone (`| head -1`), else with the reason.
 */
export function watchOutput(): void {
  if (watched) return;
  watched = true;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (errnoOf(error) === 'EPIPE') process.exit(SIGNAL_STATUS + constants.signals.SIGPIPE);
      if (stream === process.stdout) printError(`Cannot write to standard output: ${reasonOf(error)}`);
      process.exit(ExitStatus.output);
    });
}

function errnoOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}

/** Writes text to standard output; it keeps its line ends. */
export function print(text: string): void {
  watchOutput();
  process.stdout.write(printableLines(text));
}

/** Writes a value as JSON to standard output, with a line end. */
export function printJsonValue(value: unknown): void {
  watchOutput();
  process.stdout.write(`${printableJson(JSON.stringify(value, null, 2))}\n`);
}

/** Writes a message to standard error at once. Node's streams would be lost when the process ends itself. */
export function printError(message: string): void {
  try {
    writeSync(2, `${printableLines(message)}\n`);
  } catch {
    // Standard error is not read, so that no message can arrive.
  }
}

/**
 * Writes text to a terminal at once, on a line of its own. The program may have left the terminal in any state: a soft reset
 * (DECSTR) undoes colours, hidden text, scroll regions and other character sets.
 *
 * @param terminal A host descriptor.
 */
export function printAt(terminal: number, text: string): void {
  try {
    writeSync(terminal, `${SOFT_RESET}${printableLines(text)}`);
  } catch {
    // The terminal is gone.
  }
}

const SOFT_RESET = '\u001b[!p\u001b[0m\u001b(B\u000f';

/** Writes a line to standard output, in a colour if there is one. Precondition: names in it were made fit for a line. */
export function printLine(line: string, colour?: string): void {
  watchOutput();
  const text = printableLines(line);
  process.stdout.write(colour === undefined ? `${text}\n` : `${colour}${text}${PLAIN}\n`);
}

/** Text in a colour if there is one; the text itself is made fit for a line. */
export function coloured(colour: string | undefined, text: string): string {
  return colour === undefined ? printable(text) : `${colour}${printable(text)}${PLAIN}`;
}

const PLAIN = '\u001b[0m';
