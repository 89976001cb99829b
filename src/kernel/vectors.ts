import type { Address } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import type { Result } from './result.ts';

/** The most vectors one host call takes (IOV_MAX). A longer list is served in part, as every read and write may be. */
const MOST = 1024;

/**
 * The buffers of one read or write: pieces of the guest's memory, and the memory of ours through which the host moves
 * their contents. One instance serves all calls of a thread.
 */
export interface Vectors {
  /** The number of vectors for the host. */
  readonly count: number;
  /** Address of the host's array of `struct iovec`. */
  readonly address: Address;
  /** The array itself, as far as it is loaded. */
  readonly bytes: Uint8Array;
  /** Address of the first vector's buffer. */
  readonly first: Address;
  /** Bytes of the first vector's buffer. */
  readonly firstLength: number;
  /** Bytes of all vectors together. */
  readonly total: number;
  /** Forgets the buffers of the call before. */
  clear(): void;
  /** Adds a piece of memory: by its address in this process if the guest's memory is ours, else by the guest's address. */
  add(at: number, length: number): void;
  /** Fetches the bytes to write from the guest, before the host writes them; 0, or `-fault`. */
  gather(): Result;
  /** Hands the bytes that the host has read to the guest; returns `done`, the result of the call, or `-fault`. */
  scatter(done: Result): Result;
}

/** Buffers in memory of this process, which the host reads and writes itself. A gate has checked their addresses. */
export class OwnVectors implements Vectors {
  readonly #memory = new NativeMemory(MOST * 16);
  readonly #words = new Uint32Array(this.#memory.bytes.buffer, 0, MOST * 4);
  #count = 0;
  #first: Address = this.#memory.address;
  #firstLength = 0;
  #total = 0;

  get count(): number {
    return this.#count;
  }

  get address(): Address {
    return this.#memory.address;
  }

  get bytes(): Uint8Array {
    return this.#memory.bytes.subarray(0, this.#count * 16);
  }

  get first(): Address {
    return this.#first;
  }

  get firstLength(): number {
    return this.#firstLength;
  }

  get total(): number {
    return this.#total;
  }

  clear(): void {
    this.#count = 0;
    this.#firstLength = 0;
    this.#total = 0;
  }

  /** Adds a buffer; buffers beyond the limit of one host call, and empty ones, are left out. */
  add(address: number, length: number): void {
    if (length === 0 || this.#count === MOST) return;
    const at = this.#count * 4;
    this.#words[at] = address;
    this.#words[at + 1] = address / 2 ** 32;
    this.#words[at + 2] = length;
    this.#words[at + 3] = 0;
    if (this.#count === 0) {
      this.#first = address as Address;
      this.#firstLength = length;
    }
    this.#count++;
    this.#total += length;
  }

  gather(): Result {
    return 0;
  }

  scatter(done: Result): Result {
    return done;
  }
}
