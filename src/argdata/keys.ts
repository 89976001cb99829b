/**
 * The encoded map keys that JavaScript's own `Map` cannot compare, to find those that are there twice.
 *
 * Bytes are only looked at when two keys have the same length. So the bytes that are looked at are at most half of its
 * map, and nesting maps as keys of maps costs n log n and not n times the depth.
 */
export class KeySet {
  /** For each length, the place of the only key of that length, or the contents of all of them. */
  readonly #byLength = new Map<number, number | Set<string>>();

  /** @returns false when the key `bytes[start, end)` was there already. */
  add(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    const known = this.#byLength.get(length);
    if (known === undefined) {
      this.#byLength.set(length, start);
      return true;
    }
    const contents =
      typeof known === 'number' ? new Set([bytes.toString('latin1', known, known + length)]) : known;
    this.#byLength.set(length, contents);
    const size = contents.size;
    contents.add(bytes.toString('latin1', start, end));
    return contents.size > size;
  }
}
