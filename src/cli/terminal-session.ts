import { terminalSize } from '../host/files/pseudo-terminal.ts';
import {
  rawSettings,
  setTerminalSettings,
  type TerminalSettings,
  terminalSettings,
} from '../host/files/terminal.ts';
import type { ProgramTerminal } from '../process/terminal.ts';

const STDIN = 0;
const STDOUT = 1;

/** The character that ends input at a terminal (VEOF). */
const END_OF_INPUT = '\u0004';

/** The time for the last output of a program to arrive once the program has ended, in milliseconds. */
const LAST_OUTPUT = 1000;

/**
 * Shows a program's terminal in the user's: bytes go both ways, and changes of size go in. The user's terminal passes
 * every key on meanwhile, also those that would end or stop us.
 */
export class TerminalSession {
  readonly #terminal: ProgramTerminal;
  readonly #saved: TerminalSettings | undefined;
  readonly #closed: Promise<void>;
  readonly #restore = (): void => {
    if (this.#saved !== undefined) setTerminalSettings(STDIN, this.#saved);
  };
  readonly #resize = (): void => {
    const size = terminalSize(STDOUT);
    if (size !== undefined) this.#terminal.resize(size);
  };

  constructor(terminal: ProgramTerminal) {
    this.#terminal = terminal;
    this.#saved = terminalSettings(STDIN);
    const { input, output } = terminal;
    this.#closed = new Promise((resolve) => {
      output.once('close', resolve);
    });
    // First of all: at any end of this process, its user gets the terminal back.
    process.once('exit', this.#restore);
    if (this.#saved !== undefined) setTerminalSettings(STDIN, rawSettings(this.#saved));
    process.on('SIGWINCH', this.#resize);
    this.#resize();
    process.stdin.on('data', (chunk) => {
      if (!input.destroyed) input.write(chunk);
    });
    process.stdin.on('end', () => {
      if (!input.destroyed) input.write(END_OF_INPUT);
    });
    // The user's terminal is gone: so is the program's.
    process.stdin.on('error', () => terminal.close());
    process.stdout.on('error', () => terminal.close());
    output.pipe(process.stdout, { end: false });
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
    process.stdin.destroy();
    this.#restore();
  }
}
