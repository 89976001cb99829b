import { IOVEC_SIZE, PATH_MAX } from '../../linux/limits.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { textOf } from '../files/host-path.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

const READ = callNumberOf('process_vm_readv');

/** The smallest page there is: a read that ends at its border faults on no page that the text does not touch. */
const PAGE = 4096;

const LOCAL = 0;
const REMOTE = IOVEC_SIZE;
const DATA = 64;

/** Reads memory of other processes (process_vm_readv(2)), whose threads may change it at any time. */
export class TargetMemory {
  readonly #memory = new NativeMemory(DATA + 2 * PATH_MAX);

  /**
   * Reads bytes.
   *
   * @param thread A thread of the process.
   * @param length At most 4096.
   * @returns `undefined` when the memory cannot be read. The bytes are ours until the next read.
   */
  bytes(thread: number, address: number, length: number): Uint8Array | undefined {
    const got = this.#read(thread, address, length, DATA);
    return got < length ? undefined : this.#memory.bytes.subarray(DATA, DATA + length);
  }

  /** Reads a path, as the kernel would; `undefined` when there is none, or it is longer than PATH_MAX. */
  path(thread: number, address: number): string | undefined {
    if (address === 0) return undefined;
    const { bytes } = this.#memory;
    let filled = 0;
    while (filled < PATH_MAX) {
      const at = address + filled;
      const got = this.#read(thread, at, Math.min(PAGE - (at % PAGE), PATH_MAX - filled), DATA + filled);
      if (got <= 0) return undefined;
      const end = bytes.subarray(DATA + filled, DATA + filled + got).indexOf(0);
      if (end >= 0) return textOf(bytes.subarray(DATA, DATA + filled + end));
      filled += got;
    }
    return undefined;
  }

  #read(thread: number, address: number, length: number, into: number): number {
    const { view } = this.#memory;
    view.setBigUint64(LOCAL, BigInt(this.#memory.at(into)), true);
    view.setBigUint64(LOCAL + 8, BigInt(length), true);
    view.setBigUint64(REMOTE, BigInt(address), true);
    view.setBigUint64(REMOTE + 8, BigInt(length), true);
    return syscall(READ, thread, this.#memory.at(LOCAL), 1, this.#memory.at(REMOTE), 1, 0);
  }
}
