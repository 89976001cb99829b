import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** A line that a program has printed, or that the engine says about it. */
export type LogLine = {
  readonly time: Date;
  readonly program: string;
  /** The number of the replica, from 1. */
  readonly replica: number;
  readonly stream: 'stdout' | 'stderr' | 'graph';
  readonly text: string;
};

/** A log of this many bytes is put aside, and the one put aside before is lost. */
const LARGEST = 16 * 1024 * 1024;

/** Longer lines are cut into several, in UTF-16 units. */
const LONGEST_LINE = 16 * 1024;

/** The log of the programs of a graph: one file for each, and a callback for each line. */
export class ProgramLog {
  readonly #path: string;
  readonly #onLine: (line: LogLine) => void;
  #file: number;
  #size: number;

  /** @param path Absolute path of the file; `.1` behind it is the part that was put aside. */
  constructor(path: string, onLine: (line: LogLine) => void) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#path = path;
    this.#onLine = onLine;
    this.#file = openSync(path, 'a', 0o600);
    this.#size = statSync(path).size;
  }

  /** Adds a line. A disk that is full loses lines, and ends no program. */
  add(line: LogLine): void {
    const { time, replica, stream, text } = line;
    const bytes = Buffer.from(`${time.toISOString()} ${replica} ${stream} ${text}\n`);
    try {
      if (this.#size + bytes.length > LARGEST) this.#turn();
      writeSync(this.#file, bytes);
      this.#size += bytes.length;
    } catch {
      // The lines that follow may fit again.
    }
    this.#onLine(line);
  }

  /**
   * Reads a pipe of a program to its end, line by line.
   *
   * @param descriptor Host descriptor, which belongs to the log from now on.
   */
  follow(descriptor: number, parts: Pick<LogLine, 'program' | 'replica' | 'stream'>): Promise<void> {
    const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
    const decoder = new StringDecoder('utf8');
    let rest = '';
    const say = (text: string): void => this.add({ ...parts, time: new Date(), text });
    pipe.on('data', (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) say(line);
      while (rest.length > LONGEST_LINE) {
        say(rest.slice(0, LONGEST_LINE));
        rest = rest.slice(LONGEST_LINE);
      }
    });
    pipe.on('error', () => pipe.destroy());
    return new Promise((done) => {
      pipe.once('close', () => {
        if (rest !== '') say(rest);
        done();
      });
    });
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#file);
  }

  #turn(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#size = 0;
  }
}
