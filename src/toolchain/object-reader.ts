/** Reads a part of an object file (https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md) from front to back. */
export class ObjectReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** The offset of the next byte. */
  get position(): number {
    return this.#position;
  }

  /** @throws RangeError at the end, as the other methods do */
  byte(): number {
    return this.#bytes.readUInt8(this.#position++);
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError('A number is longer than 32 bits');
  }

  name(): string {
    const part = this.part(this.number());
    return part.#bytes.toString('utf8');
  }

  /** The next bytes as a reader of their own. */
  part(length: number): ObjectReader {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('A part ends beyond the whole');
    const part = new ObjectReader(this.#bytes.subarray(this.#position, end));
    this.#position = end;
    return part;
  }

  /** All bytes of this part, read or not. */
  get whole(): Buffer {
    return this.#bytes;
  }

  /** The bytes from an offset to the next byte to be read. */
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.#position);
  }

  /** The bytes that were not read yet. */
  get rest(): Buffer {
    return this.#bytes.subarray(this.#position);
  }
}
