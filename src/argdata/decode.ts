import { ArgdataError } from './errors.ts';
import { lengthSize, MAX_DEPTH, MAX_NUMBER_KEYS, readLength, TAG, tooDeep, unknownType } from './format.ts';
import { KeySet } from './keys.ts';
import { endOfStr, readBool, readFdPayload, readFloat, readInt, readTimestamp } from './scalars.ts';
import { checkUtf8 } from './utf8.ts';
import { type Argdata, type ArgdataMap, Fd, fromFloat, Timestamp, toKey } from './value.ts';

/**
 * Decodes a whole tree. The result shares no memory with `bytes`.
 *
 * NaNs of any bit pattern become the one NaN of JavaScript. A str may hold NUL characters: the format
 * ends it by its length, and only C's `argdata_get_str_c` cannot return such a string.
 *
 * @param bytes the encoded value; empty is null.
 * @param leaf makes the leaf for a descriptor index; by default an {@link Fd}.
 * @param start where the value starts, and `end` where it ends; by default it is all of `bytes`.
 * @throws {ArgdataError} at the first byte that is not argdata.
 *
 * @example
 * ```ts
 * decode(Uint8Array.of(7, 0x81, 5, 0x82, 2, 1)); // [0, true]
 * ```
 */
export function decode(bytes: Uint8Array): Argdata;
export function decode<Leaf>(
  bytes: Uint8Array,
  leaf: (index: number) => Leaf,
  start?: number,
  end?: number,
): Argdata<Leaf>;
export function decode(
  bytes: Uint8Array,
  leaf: (index: number) => unknown = toFd,
  start = 0,
  end: number = bytes.length,
): Argdata<unknown> {
  return new Decoder(bytes, leaf, start, end).value(start, end, 0);
}

function toFd(index: number): Fd {
  return new Fd(index);
}

/** Strings up to this many bytes are looked for among those met before. */
const CACHED_LENGTH = 24;
const CACHE_SIZE = 1024;

// Map keys and the like come again and again: finding a string that exists already is faster than making
// it, and its hash is known. Slots are overwritten freely; every hit is compared byte by byte.
const cache: string[] = new Array<string>(CACHE_SIZE).fill('');

class Decoder<Leaf> {
  readonly bytes: Uint8Array;
  readonly leaf: (index: number) => Leaf;
  /** The same memory, for the text methods of Buffer. */
  readonly buffer: Buffer;
  /** All bytes as Latin-1 characters, made when first needed; ASCII strings are cut out of it. */
  text: string | undefined;
  /** The bytes with every NaN in its canonical form, for comparing keys. */
  canonical: Buffer;

  /** The offset at which the value ends: no text beyond it is converted. */
  readonly end: number;
  /** The offset at which `text` starts. */
  readonly start: number;

  constructor(bytes: Uint8Array, leaf: (index: number) => Leaf, start: number, end: number) {
    this.bytes = bytes;
    this.leaf = leaf;
    this.start = start;
    this.end = end;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.canonical = this.buffer;
  }

  value(start: number, end: number, depth: number): Argdata<Leaf> {
    if (start === end) return null;
    const { bytes } = this;
    const tag = bytes[start++] ?? 0;
    switch (tag) {
      case TAG.str:
        return this.str(start, end);
      case TAG.int:
        return readInt(bytes, start, end);
      case TAG.map:
        return this.map(start, end, depth + 1);
      case TAG.seq:
        return this.seq(start, end, depth + 1);
      case TAG.float:
        return this.float(start, end);
      case TAG.bool:
        return readBool(bytes, start, end);
      case TAG.binary:
        // Not slice(): of a Buffer that would share its memory.
        return new Uint8Array(bytes.subarray(start, end));
      case TAG.fd:
        return this.leaf(readFdPayload(bytes, start, end));
      case TAG.timestamp:
        return new Timestamp(readTimestamp(bytes, start, end));
      default:
        throw unknownType(tag, start - 1);
    }
  }

  seq(start: number, end: number, depth: number): Argdata<Leaf>[] {
    if (depth > MAX_DEPTH) throw tooDeep(start - 1);
    const { bytes } = this;
    const items: Argdata<Leaf>[] = [];
    for (let at = start; at < end; ) {
      const byte = bytes[at] ?? 0;
      let length = byte - 0x80;
      let from = at + 1;
      if (length < 0 || length > end - from) {
        length = readLength(bytes, at, end);
        from = at + lengthSize(length);
      }
      at = from + length;
      items.push(this.value(from, at, depth));
    }
    return items;
  }

  map(start: number, end: number, depth: number): ArgdataMap<Leaf> {
    if (depth > MAX_DEPTH) throw tooDeep(start - 1);
    const { bytes } = this;
    const map: ArgdataMap<Leaf> = new Map();
    let keys: KeySet | undefined;
    let numbers = 0;
    let size = 0;
    for (let at = start; at < end; ) {
      const byte = bytes[at] ?? 0;
      let length = byte - 0x80;
      let from = at + 1;
      if (length < 0 || length > end - from) {
        length = readLength(bytes, at, end);
        from = at + lengthSize(length);
      }
      const keyStart = from;
      const keyEnd = from + length;
      const key = this.value(keyStart, keyEnd, depth);
      at = keyEnd;
      if (at === end) throw new ArgdataError('odd-map', keyStart, 'A map ends with a key that has no value');

      length = (bytes[at] ?? 0) - 0x80;
      from = at + 1;
      if (length < 0 || length > end - from) {
        length = readLength(bytes, at, end);
        from = at + lengthSize(length);
      }
      at = from + length;
      if (typeof key === 'string') {
        map.set(key, this.value(from, at, depth));
      } else {
        // Objects are compared by their bytes, -0 by its wrapper; the others as JavaScript does.
        if (isObject(key) || Object.is(key, -0)) {
          keys ??= new KeySet();
          if (!keys.add(this.canonical, keyStart, keyEnd)) throw duplicateKey(keyStart);
        }
        if ((typeof key === 'number' || typeof key === 'bigint') && ++numbers > MAX_NUMBER_KEYS) {
          const reason = `A map has more than ${MAX_NUMBER_KEYS} keys that are numbers`;
          throw new ArgdataError('too-large', keyStart, reason);
        }
        map.set(toKey(key), this.value(from, at, depth));
      }
      if (map.size !== ++size) throw duplicateKey(keyStart);
    }
    return map;
  }

  float(start: number, end: number): Argdata<Leaf> {
    const value = readFloat(this.bytes, start, end);
    if (Number.isNaN(value)) this.#canonicalNaN(start);
    return fromFloat(value);
  }

  str(start: number, terminated: number): string {
    const { bytes } = this;
    const end = endOfStr(bytes, start, terminated);
    const length = end - start;
    if (length === 0) return '';
    if (length <= CACHED_LENGTH) {
      const slot =
        (length * 31 +
          (bytes[start] ?? 0) * 7 +
          (bytes[end - 1] ?? 0) * 131 +
          (bytes[start + (length >> 1)] ?? 0) * 17) &
        (CACHE_SIZE - 1);
      const known = cache[slot] ?? '';
      if (known.length === length) {
        let i = 0;
        while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
        if (i === length) return known;
      }
      if (!this.isAscii(start, end)) return this.utf8(start, end);
      const str = this.ascii(start, end);
      cache[slot] = str;
      return str;
    }
    if (!this.isAscii(start, end)) return this.utf8(start, end);
    return this.ascii(start, end);
  }

  ascii(start: number, end: number): string {
    this.text ??= this.buffer.toString('latin1', this.start, this.end);
    return this.text.substring(start - this.start, end - this.start);
  }

  isAscii(start: number, end: number): boolean {
    const { bytes } = this;
    let all = 0;
    for (let at = start; at < end; at++) all |= bytes[at] ?? 0;
    return all < 0x80;
  }

  utf8(start: number, end: number): string {
    checkUtf8(this.bytes, start, end);
    return this.buffer.toString('utf8', start, end);
  }

  #canonicalNaN(at: number): void {
    const { canonical } = this;
    if (canonical.readUInt32BE(at) === 0x7ff80000 && canonical.readUInt32BE(at + 4) === 0) return;
    // One copy for the whole tree, so that a hostile one costs no more than its size.
    if (canonical === this.buffer) this.canonical = Buffer.from(this.bytes);
    this.canonical.writeDoubleBE(Number.NaN, at);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function duplicateKey(offset: number): ArgdataError {
  return new ArgdataError('duplicate-key', offset, 'A map has the same key twice');
}
