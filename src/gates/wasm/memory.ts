import { Errno } from '../../abi/generated/constants.ts';
import { type Address, addressOf, NULL } from '../../host/libc.ts';
import type { Memory } from '../../kernel/memory.ts';
import type { Result } from '../../kernel/result.ts';
import type { Vectors } from '../../kernel/vectors.ts';
import { growBySizeWord } from './size-word.ts';

/** The memory of a module, or other memory that a program hands its arguments over in. */
export type LinearMemory = Pick<WebAssembly.Memory, 'buffer' | 'grow'>;

/**
 * A module's linear memory, seen from our side. Everything the module hands us as an address goes through
 * `covers` first. Growing the memory detaches the old view, which shows as a length of 0; memory that threads share
 * grows without that, at any moment, so that `covers` looks again before it says no. No memory ever shrinks.
 *
 * Other threads may change shared memory during a call: bytes are copied once, and the copy is checked and used.
 */
export class GuestMemory implements Memory {
  /** The kernel works on the memory itself, so that one call moves any number of bytes. */
  readonly most: number = Number.POSITIVE_INFINITY;
  #memory: LinearMemory | undefined;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));
  #longs = new BigUint64Array(0);
  #words = new Int32Array(0);
  #base: Address = NULL;
  #isShared = false;
  #ceiling: number | undefined;
  #onMoved: (base: Address, length: number) => void = () => undefined;

  /**
   * Binds the memory that the instance exports or imports; before that, every address is outside.
   *
   * @param ceiling Pages, for a module whose growth is fixed (fixed-growth.ts): all of its memory is covered always.
   */
  attach(memory: LinearMemory, ceiling?: number): void {
    this.#memory = memory;
    this.#ceiling = ceiling;
    this.#isShared = Object.prototype.toString.call(memory.buffer) === '[object SharedArrayBuffer]';
    this.#refresh();
  }

  /**
   * Calls a listener whenever the memory may lie elsewhere or has another length, with its address and bytes: from when
   * it is attached until it is detached, which tells a length of 0. Memory that threads share is never told of.
   */
  onMoved(listener: (base: Address, length: number) => void): void {
    this.#onMoved = listener;
  }

  /** Lets go of the memory, so that the engine can: every address is outside again. */
  detach(): void {
    this.#memory = undefined;
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(new ArrayBuffer(0));
    this.#longs = new BigUint64Array(0);
    this.#words = new Int32Array(0);
    this.#base = NULL;
    this.#onMoved(NULL, 0);
  }

  /** True if threads share it. */
  get isShared(): boolean {
    return this.#isShared;
  }

  #refresh(): void {
    if (this.#memory === undefined) return;
    const { buffer } = this.#memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#longs = new BigUint64Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#base = buffer.byteLength === 0 ? NULL : addressOf(this.#bytes);
    if (!this.#isShared) this.#onMoved(this.#base, buffer.byteLength);
  }

  /** All bytes. Do not keep it across a return into the module. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  /** The same as a view for numbers; little-endian. */
  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }

  /** The same as signed 32-bit words, the one at address 4n having index n, for atomic operations. */
  get words(): Int32Array {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#words;
  }

  /** True when `length` bytes from `pointer` (both unsigned) lie in memory. */
  covers(pointer: number, length: number): boolean {
    return pointer + length <= this.bytes.length || (this.#isShared && this.#coversNow(pointer + length));
  }

  /** The same for the end of a range, after a look whether another thread has made the memory grow. */
  #coversNow(end: number): boolean {
    // The engine tells this thread of that late; growing by nothing brings the buffer up to date.
    this.#memory?.grow(0);
    this.#refresh();
    return end <= this.#bytes.length;
  }

  /**
   * Stores the low 64 bits of a number. Precondition: `covers` said yes. Compilers align 64-bit numbers, and engines
   * store them into an aligned array many times faster than through a view.
   */
  setLong(pointer: number, value: bigint): void {
    if ((pointer & 7) === 0) this.#longs[pointer >>> 3] = value;
    else this.view.setBigUint64(pointer, value, true);
  }

  /** Stores an unsigned 32-bit number as one of 64 bits. Precondition: `covers` said yes. */
  setSmall(pointer: number, value: number): void {
    const { view } = this;
    view.setUint32(pointer, value, true);
    view.setUint32(pointer + 4, 0, true);
  }

  /** A place is the address itself. */
  take(pointer: number, length: number): Result {
    return this.covers(pointer, length) ? pointer : -Errno.fault;
  }

  room(pointer: number, length: number): Result {
    return this.covers(pointer, length) ? pointer : -Errno.fault;
  }

  give(_pointer: number, length: number): Result {
    return length;
  }

  /** The host's address of a byte. Precondition: `covers` said yes. */
  addressOf(pointer: number): Address {
    return (this.#base + pointer) as Address;
  }

  /** Adds zeroed pages of 64 KiB at the end; the number of the first, or -1 when the memory cannot grow so far. */
  grow(pages: number): number {
    if (this.#ceiling !== undefined) return growBySizeWord(this.words, this.#ceiling, pages);
    try {
      const first = this.#memory?.grow(pages) ?? -1;
      this.#refresh();
      return first;
    } catch {
      return -1;
    }
  }

  /**
   * Checks an array of 32-bit iovecs and loads it.
   *
   * @param least The lowest address that a buffer may have: 1 refuses the null pointer.
   * @returns False when the array or a buffer lies outside memory.
   */
  loadVectors(vectors: Vectors, array: number, count: number, least = 0): boolean {
    vectors.clear();
    if (!this.covers(array, count * 8)) return false;
    const view = this.#view;
    for (let index = 0; index < count; index++) {
      const pointer = view.getUint32(array + index * 8, true);
      const length = view.getUint32(array + index * 8 + 4, true);
      if (!this.covers(pointer, length) || (pointer < least && length !== 0)) return false;
      vectors.add(this.addressOf(pointer), length);
    }
    return true;
  }
}
