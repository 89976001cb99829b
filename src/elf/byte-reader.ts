import { ElfError } from './elf-error.ts';

/** More bytes than a number of 64 bits has in LEB128. */
const LONGEST_LEB = 10;

/** Reads numbers one after the other, and never beyond the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** @throws ElfError `truncated`, as every other method. */
  u8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }
  u16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }
  u32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }
  s32(): number {
    return this.#bytes.readInt32LE(this.#take(4));
  }
  /** The next bytes as a reader of their own. */
  part(length: number): ByteReader {
    const from = this.#take(length);
    return new ByteReader(this.#bytes.subarray(from, from + length));
  }
  skip(length: number): void {
    this.#take(length);
  }

  /** A number in unsigned LEB128 (DWARF 5, section 7.6). */
  uleb(): number {
    return this.#leb()[0];
  }

  /** A number in signed LEB128. */
  sleb(): number {
    const [value, weight, last] = this.#leb();
    return (last & 0x40) === 0 ? value : value - weight;
  }

  /** A text up to a byte 0. */
  text(longest: number): string {
    const end = this.#bytes.indexOf(0, this.at);
    if (end < 0 || end - this.at > longest) throw new ElfError('malformed', 'has a text without an end');
    const text = this.#bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }

  #leb(): [value: number, weight: number, last: number] {
    let value = 0;
    let weight = 1;
    for (let count = 0; count < LONGEST_LEB; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * weight;
      weight *= 128;
      if ((byte & 0x80) === 0) return [value, weight, byte];
    }
    throw new ElfError('malformed', 'has a number without an end');
  }

  #take(length: number): number {
    const from = this.at;
    if (length < 0 || length > this.left) throw new ElfError('truncated', 'ends in the middle of a number');
    this.at += length;
    return from;
  }
}
