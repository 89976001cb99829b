import { writeNumber } from './binary.ts';

/** Bytes that are written one piece after the other. */
export class OutputMemory {
  #bytes: Uint8Array;
  #length = 0;

  /** @param expected The number of bytes to expect. */
  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  /** The bytes written so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds bytes. */
  add(bytes: ArrayLike<number>): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  /** Adds an unsigned LEB128 number of 32 bits. */
  addNumber(value: number): void {
    this.add(writeNumber(value));
  }
}
