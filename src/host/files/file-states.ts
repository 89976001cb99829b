import { statSync } from 'node:fs';
import { AT_FDCWD } from '../../linux/open-flags.ts';
import { STATX_CTIME, STATX_INO, Statx } from '../../linux/stat.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { Record } from '../machine-code.ts';
import { MOST_CALLS, succeed } from '../syscall.ts';

const WORDS = Statx.size / 4;
/** The words that tell one state from another: the inode, the time of change in seconds and nanoseconds, the device. */
const COMPARED: readonly number[] = [Statx.inode, Statx.changed, Statx.device].flatMap((at) => [
  at / 4,
  at / 4 + 1,
]);
const NANOSECONDS = Statx.changed / 4 + 2;

/** The files at some paths, each with the time of its last change; told apart from a later look in one step (statx(2)). */
export class FileStates {
  readonly #absent: readonly string[];
  readonly #names: Buffer;
  readonly #found: Uint32Array;
  readonly #first: Uint32Array;
  readonly #records: Float64Array;

  /** @throws RangeError for more paths than can be looked at in one step. */
  constructor(paths: readonly string[]) {
    const present = paths.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
    if (present.length > MOST_CALLS) throw new RangeError(`${present.length} paths are too many to look at`);
    this.#absent = paths.filter((path) => !present.includes(path));
    this.#names = Buffer.from(present.map((path) => `${path}\0`).join(''));
    this.#found = new Uint32Array(present.length * WORDS);
    this.#records = new Float64Array(present.length * Record.doubles);
    const [names, found] = [addressOf(this.#names), addressOf(this.#found)];
    let name = 0;
    for (const [index, path] of present.entries()) {
      const room = found + index * Statx.size;
      this.#records.set(
        [callNumberOf('statx'), AT_FDCWD, names + name, 0, STATX_INO | STATX_CTIME, room],
        index * Record.doubles,
      );
      name += Buffer.byteLength(path) + 1;
    }
    succeed(this.#records);
    this.#first = this.#found.slice();
  }

  /** Tells whether all are as they were. */
  get unchanged(): boolean {
    if (!succeed(this.#records)) return false;
    for (let at = 0; at < this.#found.length; at += WORDS) {
      for (const word of COMPARED) if (this.#found[at + word] !== this.#first[at + word]) return false;
      if (this.#found[at + NANOSECONDS] !== this.#first[at + NANOSECONDS]) return false;
    }
    return this.#absent.every((path) => statSync(path, { throwIfNoEntry: false }) === undefined);
  }
}
