import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { STDERR } from '../../host/files/standard-streams.ts';
import { endProcess } from '../../host/processes/own-process.ts';
import { printableLines } from '../../text/printable.ts';

/** The exit code of Node for an uncaught error. */
const UNCAUGHT = 1;

/** The exit code of Node for a program whose await at its top never ends. */
const UNSETTLED = 13;

/** Called as the last thing before the process ends by itself. `said` is why, if standard error was not granted. */
export type OnExit = (code: number, said: string | undefined) => void;

/** The way out for the last words of a program. */
export type LastWords = {
  /** Writes a line to standard error, or keeps it for the launcher if that was not granted. */
  readonly say: (line: string) => void;
  /** Tells that the program has been evaluated to its end. */
  readonly evaluated: () => void;
};

/**
 * Ends the process the moment its last listener has heard that it exits. Node would
 * put terminals back afterwards, which is not allowed any more; an uncaught error is printed here instead of there.
 *
 * @param canPrint True when standard error was granted.
 */
export function takeOverExit(canPrint: boolean, onExit: OnExit | undefined): LastWords {
  const said: string[] = [];
  let uncaught: string | undefined;
  let pending = true;
  const say = (line: string): void => {
    if (canPrint) writeLine(line);
    else said.push(line);
  };
  const end = (code: number): never => {
    if (uncaught !== undefined && code !== 0) say(uncaught);
    onExit?.(code, said.length === 0 ? undefined : said.join('\n'));
    return endProcess(code);
  };
  process.on('uncaughtExceptionMonitor', (error) => {
    const caught =
      process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!caught) uncaught = describe(error);
  });
  const emit = process.emit.bind(process);
  const takenOver = (event: string, ...values: unknown[]): boolean => {
    if (event !== 'exit') return Reflect.apply(emit, process, [event, ...values]);
    if (pending && values[0] === 0 && process.exitCode === undefined) {
      process.exitCode = UNSETTLED;
      uncaught = 'Warning: Detected unsettled top-level await';
    }
    try {
      Reflect.apply(emit, process, [event, ...values]);
    } catch (error) {
      uncaught = describe(error);
      return end(UNCAUGHT);
    }
    return end(Number(process.exitCode ?? values[0] ?? 0));
  };
  Object.defineProperty(process, 'emit', { value: takenOver, configurable: true, writable: true });
  // A program that ends itself need not have come to its end.
  const { exit } = process;
  const exitHere = (code?: number | string | null): never => {
    pending = false;
    return Reflect.apply(exit, process, [code]);
  };
  Object.defineProperty(process, 'exit', {
    value: Object.defineProperty(exitHere, 'name', { value: 'exit' }),
    configurable: true,
    writable: true,
  });
  // Called at once by `process.exit` in a listener that hears of the exit.
  Object.defineProperty(process, 'reallyExit', { value: (code: unknown) => end(Number(code ?? 0)) });
  return {
    say,
    evaluated: () => {
      pending = false;
    },
  };
}

function describe(error: unknown): string {
  try {
    return `Uncaught ${inspect(error)}`;
  } catch {
    return 'Uncaught error, which cannot be shown';
  }
}

function writeLine(line: string): void {
  const bytes = Buffer.from(`${printableLines(line)}\n`);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(STDERR, bytes, at);
  } catch {
    // Its reader has gone.
  }
}
