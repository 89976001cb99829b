/** Reads a sequence of calls out of bytes; behind their end there are zeros. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** A number from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.byte() % limit;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** 64 bits. */
  mask(): bigint {
    let mask = 0n;
    for (let byte = 0; byte < 8; byte++) mask = (mask << 8n) | BigInt(this.byte());
    return mask;
  }
}
