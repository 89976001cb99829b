import { terminalSize } from '../host/files/pseudo-terminal.ts';
import {
  END_OF_INPUT,
  isForeground,
  isTerminal,
  rawSettings,
  setTerminalSettings,
  type TerminalSettings,
  terminalSettings,
} from '../host/files/terminal.ts';
import type { ProgramTerminal } from '../process/terminal.ts';
import { type AskingTerminal, promptAt } from './prompt.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** The time for the last output of a program to arrive once the program has ended, in milliseconds. */
const LAST_OUTPUT = 1000;

/**
 * Shows a program's terminal in the user's: bytes go both ways, and changes of size go in. The user's terminal passes
 * every key on meanwhile, also those that would end or stop us.
 */
export class TerminalSession implements AskingTerminal {
  readonly #terminal: ProgramTerminal;
  readonly #reads: boolean;
  readonly #saved: TerminalSettings | undefined;
  readonly #closed: Promise<void>;
  /** The stream that shows the program's terminal: standard output, or error where only that is a terminal. */
  readonly #shown: NodeJS.WriteStream & { readonly fd: number };
  /** The reader of an answer, to which keys go in place of the program. */
  #onKeys: ((keys: Buffer | undefined) => void) | undefined;
  readonly #restore = (): void => {
    if (this.#saved !== undefined) setTerminalSettings(STDIN, this.#saved);
  };
  readonly #resize = (): void => {
    const size = terminalSize(STDOUT) ?? terminalSize(STDERR);
    if (size !== undefined) this.#terminal.resize(size);
  };

  /** @param reads False if the program reads our standard input itself. */
  constructor(terminal: ProgramTerminal, reads: boolean) {
    this.#terminal = terminal;
    this.#reads = reads;
    this.#saved = terminalSettings(STDIN);
    this.#shown = !isTerminal(STDOUT) && isTerminal(STDERR) ? process.stderr : process.stdout;
    const { input, output } = terminal;
    this.#closed = new Promise((resolve) => {
      output.once('close', resolve);
    });
    // First of all: at any end of this process, its user gets the terminal back.
    process.once('exit', this.#restore);
    if (this.#saved !== undefined) setTerminalSettings(STDIN, rawSettings(this.#saved));
    process.on('SIGWINCH', this.#resize);
    this.#resize();
    process.stdout.on('error', () => terminal.close());
    output.pipe(this.#shown, { end: false });
    if (!reads) return;
    process.stdin.on('data', (chunk) => {
      if (this.#onKeys !== undefined) this.#onKeys(chunk);
      else if (!input.destroyed) input.write(chunk);
    });
    process.stdin.on('end', () => {
      this.#onKeys?.(undefined);
      if (!input.destroyed) input.write(Uint8Array.of(END_OF_INPUT));
    });
    // The user's terminal is gone: so is the program's.
    process.stdin.on('error', () => {
      this.#onKeys?.(undefined);
      terminal.close();
    });
  }

  /** True if the keys of the user's terminal come here, so that another reader would take them away. */
  get readsKeys(): boolean {
    return this.#saved !== undefined;
  }

  async ask(text: string, signal: AbortSignal): Promise<string | undefined> {
    if (!isForeground()) return undefined;
    const take = (onKeys: (keys: Buffer | undefined) => void): (() => void) => {
      this.#onKeys = onKeys;
      return () => {
        this.#onKeys = undefined;
      };
    };
    return this.quietly(() => promptAt(STDIN, { take }, text, signal));
  }

  /** Does something while the program's output waits. Afterwards the program is told to draw again. */
  async quietly<Result>(doing: () => Promise<Result>): Promise<Result> {
    const { output } = this.#terminal;
    output.unpipe(this.#shown);
    try {
      return await doing();
    } finally {
      output.pipe(this.#shown, { end: false });
      const size = terminalSize(this.#shown.fd);
      // Only a change of size makes a program draw its screen again.
      if (size !== undefined) this.#terminal.resize({ ...size, rows: size.rows + 1 });
      this.#resize();
    }
  }

  /** Waits for the last output of a program that has ended, and gives the user's terminal back. */
  async end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_OUTPUT);
    });
    await Promise.race([this.#closed, patience]);
    clearTimeout(timer);
    this.#terminal.close();
    process.off('SIGWINCH', this.#resize);
    process.off('exit', this.#restore);
    if (this.#reads) process.stdin.destroy();
    this.#restore();
  }
}
