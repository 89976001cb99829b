import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';

/** The most vectors one host call takes (IOV_MAX). A longer list is served in part, as every read and write may be. */
const MOST = 1024;

/**
 * The buffers of one read or write: addresses in this process that a gate has checked against the program's memory.
 * One instance serves all calls of a thread.
 */
export class Vectors {
  readonly #memory = new NativeMemory(MOST * 16);
  readonly #words = new Uint32Array(this.#memory.bytes.buffer, 0, MOST * 4);
  #count = 0;
  #first: Address = this.#memory.address;
  #firstLength = 0;
  #total = 0;

  /** The number of vectors that are loaded. */
  get count(): number {
    return this.#count;
  }

  /** Address of the array of `struct iovec`. */
  get address(): Address {
    return this.#memory.address;
  }

  /** The array itself, as far as it is loaded. */
  get bytes(): Uint8Array {
    return this.#memory.bytes.subarray(0, this.#count * 16);
  }

  /** Address of the first buffer. */
  get first(): Address {
    return this.#first;
  }

  /** Bytes of the first buffer. */
  get firstLength(): number {
    return this.#firstLength;
  }

  /** Bytes of all buffers together. */
  get total(): number {
    return this.#total;
  }

  /** Forgets the buffers of the call before. */
  clear(): void {
    this.#count = 0;
    this.#firstLength = 0;
    this.#total = 0;
  }

  /** Adds a buffer; buffers beyond what one host call takes, and empty ones, are left out. */
  add(address: Address, length: number): void {
    if (length === 0 || this.#count === MOST) return;
    const at = this.#count * 4;
    this.#words[at] = address;
    this.#words[at + 1] = address / 2 ** 32;
    this.#words[at + 2] = length;
    this.#words[at + 3] = 0;
    if (this.#count === 0) {
      this.#first = address;
      this.#firstLength = length;
    }
    this.#count++;
    this.#total += length;
  }
}
