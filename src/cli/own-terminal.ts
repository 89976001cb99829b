import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { isForeground } from '../host/files/terminal.ts';
import { UsageError } from './options.ts';
import { type AskingTerminal, promptAt } from './prompt.ts';

const TERMINAL = '/dev/tty';

/** The terminal of this command's session, which the program does not hold. */
export class OwnTerminal implements AskingTerminal {
  readonly #descriptor: number;

  /** @throws UsageError when this command has no terminal. */
  constructor() {
    try {
      this.#descriptor = openSync(TERMINAL, 'r+');
    } catch {
      throw new UsageError(
        '--ask needs a terminal, at which you answer, and this command has none; use --ask-socket, or grant hosts with --net',
      );
    }
  }

  async ask(text: string, signal: AbortSignal): Promise<string | undefined> {
    // Otherwise the host would stop this process for reading.
    if (!isForeground()) return undefined;
    return promptAt(this.#descriptor, { take: takeKeys }, text, signal);
  }
}

/** Reads keys for one answer: between questions, they are for the next reader of the terminal. */
function takeKeys(onKeys: (keys: Buffer | undefined) => void): () => void {
  const keys = new ReadStream(openSync(TERMINAL, 'r'));
  keys.on('data', onKeys);
  keys.on('end', () => onKeys(undefined));
  keys.on('error', () => onKeys(undefined));
  return () => {
    keys.destroy();
  };
}
