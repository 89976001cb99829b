import { TableError } from './table-error.ts';

/** The most bytes of a table. */
export const MAX_TABLE = 64 * 1024 * 1024;

/** A growing list of words of 32 bits. */
export class Words {
  #words = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends zeros and gives the place of the first. */
  reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length * 4 > MAX_TABLE)
      throw new TableError(
        `The rules need a table of more than ${MAX_TABLE / 1024 / 1024} MiB; use fewer or simpler patterns`,
      );
    if (this.#length > this.#words.length) {
      const more = new Uint32Array(Math.max(this.#length, this.#words.length * 2));
      more.set(this.#words);
      this.#words = more;
    }
    return at;
  }

  set(at: number, value: number): void {
    this.#words[at] = value;
  }

  setLong(at: number, value: bigint): void {
    this.set(at, Number(value & 0xffffffffn));
    this.set(at + 1, Number(value >> 32n));
  }

  /** The bytes as they lie in memory; both architectures are little-endian. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#words.slice(0, this.#length).buffer);
  }
}
