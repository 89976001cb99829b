import { closeSync, readSync } from 'node:fs';
import type { PassThrough, Readable, Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { setFlags } from '../host/files/files.ts';
import {
  openPseudoTerminal,
  setTerminalSize,
  type TerminalSize,
  terminalSize,
} from '../host/files/pseudo-terminal.ts';
import { setTerminalSettings, terminalSettings } from '../host/files/terminal.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';

export type { TerminalSize } from '../host/files/pseudo-terminal.ts';

/** Properties of a program's terminal. */
export type TerminalOptions = {
  /** 80 columns and 24 rows by default. */
  readonly size?: TerminalSize;
  /** Host descriptor of a terminal whose settings, and whose size unless `size` says another, it has at first. */
  readonly like?: number;
};

/**
 * Bytes of output that wait here for a reader. When a program ends, the kernel drops output of which more than a few kilobytes
 * wait in the terminal itself.
 */
const OUTPUT_ROOM = 1024 * 1024;

/** Bytes of a turn, and turns in which more is read than the kernel keeps for a terminal (`TTYB_DEFAULT_MEM_LIMIT`, 640 KiB). */
const LAST_ROOM = 4096;
const LAST_TURNS = 512;

/** The size without a word about it. */
const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 };

/**
 * A terminal that a program has to itself. It has no effect on any other terminal: code that shows its output passes
 * bytes on, nothing else.
 */
export class ProgramTerminal {
  /** Host descriptor of the program's end; `undefined` after `handOver`. */
  #theirs: number | undefined;
  readonly #ours: number;
  readonly #stream: ReadStream;
  readonly #output: PassThrough;

  /** @throws Error when the host has no terminal to give. */
  constructor({ size, like }: TerminalOptions = {}) {
    const { ours, theirs } = openPseudoTerminal();
    this.#theirs = theirs;
    this.#ours = ours;
    const settings = like === undefined ? undefined : terminalSettings(like);
    if (settings !== undefined) setTerminalSettings(theirs, settings);
    setTerminalSize(ours, size ?? (like === undefined ? undefined : terminalSize(like)) ?? DEFAULT_SIZE);
    const { ReadStream: Terminal } = globalThis.process.getBuiltinModule('node:tty');
    this.#stream = new Terminal(ours);
    const { PassThrough: Through } = globalThis.process.getBuiltinModule('node:stream');
    const output = new Through({ highWaterMark: OUTPUT_ROOM });
    // After the program has closed its end, reading ours is an error (EIO): that is how its output ends.
    this.#stream.on('error', () => this.#stream.destroy());
    this.#stream.on('end', () => {
      if (!this.#stream.destroyed) this.#passLast();
    });
    this.#stream.on('close', () => output.end());
    this.#stream.pipe(output, { end: false });
    this.#output = output;
  }

  /** The program's end, as long as it is open here. */
  get theirs(): number {
    if (this.#theirs === undefined) throw new Error('The terminal was handed over');
    return this.#theirs;
  }

  /** The program reads bytes written here as if they were typed. */
  get input(): Writable {
    return this.#stream;
  }

  /** The output of the program. It ends when all that could print are gone. */
  get output(): Readable {
    return this.#output;
  }

  /**
   * Passes on the output that Node's stream has left. It takes a terminal whose other end is closed, and of which a read gave
   * less than was asked for, to be at its end (libuv, `uv__stream_io`), but the kernel may have more on its way to our end. A
   * process that still has its path may open the terminal again at any moment: nothing here waits, or goes on for as long as
   * that process prints.
   */
  #passLast(): void {
    const room = Buffer.alloc(LAST_ROOM);
    if (setFlags(this.#ours, O_NONBLOCK) < 0) return;
    try {
      for (let turn = 0, got = -1; got !== 0 && turn < LAST_TURNS; turn++) {
        got = readSync(this.#ours, room);
        this.#output.write(Buffer.from(room.subarray(0, got)));
      }
    } catch {
      // Nothing is left (EIO), or nothing is there (EAGAIN).
    }
  }

  /** Tells the program how much room there is (SIGWINCH). */
  resize(size: TerminalSize): void {
    if (!this.#stream.destroyed) setTerminalSize(this.#ours, size);
  }

  /** Closes our copy of the program's end: it has its own by now, or never will. */
  handOver(): void {
    if (this.#theirs !== undefined) closeSync(this.#theirs);
    this.#theirs = undefined;
  }

  /** Closes both ends: SIGHUP tells the remaining processes of the program's session. */
  close(): void {
    this.handOver();
    this.#stream.destroy();
  }
}
