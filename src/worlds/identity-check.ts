import { addressOf } from '../host/libc.ts';
import { Record } from '../host/machine-code.ts';
import { MOST_CALLS, succeed } from '../host/syscall.ts';
import { AT_FDCWD } from '../linux/open-flags.ts';
import { STATX_INO, Statx } from '../linux/stat.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { deviceWord, type HostObject } from './objects.ts';

/** A path of the host and the file that it led to. */
export type KnownFile = Pick<HostObject, 'device' | 'inode'> & { readonly path: Uint8Array };

const WORDS = Statx.size / 4;
const DEVICE = Statx.device / 4;
const INODE = Statx.inode / 4;

/** Tells whether paths still lead to the same files, all in one step (statx(2)). */
export class IdentityCheck {
  readonly #names: Buffer;
  readonly #found: Uint32Array;
  readonly #expected: Uint32Array;
  readonly #records: Float64Array;

  /** @throws RangeError for more paths than can be looked at in one step. */
  constructor(files: readonly KnownFile[]) {
    if (files.length > MOST_CALLS) throw new RangeError(`${files.length} paths are too many to look at`);
    this.#names = Buffer.concat(files.flatMap(({ path }) => [path, Buffer.of(0)]));
    this.#found = new Uint32Array(files.length * WORDS);
    this.#expected = new Uint32Array(files.length * WORDS);
    this.#records = new Float64Array(files.length * Record.doubles);
    const view = new DataView(this.#expected.buffer);
    const [names, found] = [addressOf(this.#names), addressOf(this.#found)];
    let name = 0;
    for (const [index, { path, device, inode }] of files.entries()) {
      const room = index * Statx.size;
      view.setBigUint64(room + Statx.inode, inode, true);
      view.setBigUint64(room + Statx.device, deviceWord(device), true);
      this.#records.set(
        [callNumberOf('statx'), AT_FDCWD, names + name, 0, STATX_INO, found + room],
        index * Record.doubles,
      );
      name += path.length + 1;
    }
  }

  /** True if every path leads to the file that it has led to. */
  holds(): boolean {
    if (!succeed(this.#records)) return false;
    for (let at = 0; at < this.#found.length; at += WORDS)
      for (const word of [INODE, INODE + 1, DEVICE, DEVICE + 1])
        if (this.#found[at + word] !== this.#expected[at + word]) return false;
    return true;
  }
}
