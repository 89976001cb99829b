import { ArgdataValueError } from './errors.ts';
import { lengthSize, MAX_DEPTH, MAX_NUMBER_KEYS, TAG } from './format.ts';
import { KeySet } from './keys.ts';
import { describe } from './plain.ts';
import { LONE_SURROGATE } from './surrogate.ts';
import {
  type Argdata,
  type ArgdataMap,
  Fd,
  Float,
  fromInt,
  INVALID_FD,
  isIntNumber,
  isMap,
  isSeq,
  Timestamp,
} from './value.ts';

/**
 * Encodes a tree.
 *
 * @param value the tree; its leaves must be {@link Fd} unless `number` is given.
 * @param number gives the descriptor index of a leaf, 0 to 2^32-1.
 * @returns the bytes; empty for null.
 * @throws {ArgdataValueError} when the tree holds something that argdata cannot: a lone surrogate, two
 *   keys of the same encoding, more than {@link MAX_DEPTH} levels (so also a cycle), foreign objects.
 *
 * @example
 * ```ts
 * encode([0, true, 'A']); // 07 81 05 82 02 01 83 08 41 00
 * ```
 */
export function encode(value: Argdata): Uint8Array;
export function encode<Leaf>(value: Argdata<Leaf>, number: (leaf: Leaf) => number): Uint8Array;
export function encode<Leaf>(value: Argdata<Leaf>, number?: (leaf: Leaf) => number): Uint8Array {
  return new Encoder(number ?? fdIndex).encode(value);
}

/** An encoded tree and the descriptors it refers to, in the order of their indices. */
export interface Serialized<Leaf> {
  readonly bytes: Uint8Array;
  readonly descriptors: Leaf[];
}

/**
 * Encodes a tree and numbers its descriptors in the order they are first met. The same leaf twice gets
 * the same index; two {@link Fd} with the same index are the same, and an invalid one stays invalid.
 *
 * @throws {ArgdataValueError} as {@link encode} does.
 */
export function serialize<Leaf = Fd>(value: Argdata<Leaf>): Serialized<Leaf> {
  const indices = new Map<unknown, number>();
  const descriptors: Leaf[] = [];
  const bytes = encode<Leaf>(value, (leaf) => {
    const identity = leaf instanceof Fd ? leaf.index : leaf;
    if (leaf instanceof Fd && identity === INVALID_FD) return INVALID_FD;
    let index = indices.get(identity);
    if (index === undefined) {
      index = descriptors.push(leaf) - 1;
      indices.set(identity, index);
    }
    return index;
  });
  return { bytes, descriptors };
}

function fdIndex(leaf: unknown): number {
  if (leaf instanceof Fd) return leaf.index;
  throw new ArgdataValueError('not-argdata', `It has no type for ${describe(leaf)}`);
}

/** Working memory that is kept between calls, unless it grew beyond this. */
const KEPT_BYTES = 0x200000;
let spare: Buffer | undefined;

/** Strings below this many characters are written by a loop: calling into the runtime costs more. */
const SHORT = 64;

class Encoder<Leaf> {
  readonly #indexOf: (leaf: Leaf) => number;
  #buffer: Buffer;
  #at = 0;
  /** For each depth, how many bytes the length of the last container there took: the next is alike. */
  readonly #lengthSizes = new Uint8Array(MAX_DEPTH + 1).fill(1);

  constructor(number: (leaf: Leaf) => number) {
    this.#indexOf = number;
    this.#buffer = spare ?? Buffer.allocUnsafeSlow(0x4000);
    // Numbering may call back into an encoder, which then needs memory of its own.
    spare = undefined;
  }

  encode(value: Argdata<Leaf>): Uint8Array {
    this.#value(value, 0);
    const bytes = new Uint8Array(this.#at);
    bytes.set(this.#buffer.subarray(0, this.#at));
    if (this.#buffer.length <= KEPT_BYTES) spare = this.#buffer;
    return bytes;
  }

  #value(value: Argdata<Leaf>, depth: number): void {
    if (typeof value === 'string') this.#str(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#bool(value);
    else if (typeof value === 'bigint') this.#bigint(value, TAG.int);
    else if (value === null) return;
    else if (isMap(value)) this.#map(value, depth + 1);
    else if (isSeq(value)) this.#seq(value, depth + 1);
    else if (value instanceof Uint8Array) this.#binary(value);
    else if (value instanceof Float) this.#float(value.value);
    else if (value instanceof Timestamp) this.#bigint(value.nanoseconds, TAG.timestamp);
    // A value of none of our own types is of type Leaf: the numbering function says whether it truly is.
    else this.#fd(value);
  }

  /** Writes a subfield: a value after its length. */
  #subfield(value: Argdata<Leaf>, depth: number): void {
    if (typeof value === 'string' && value.length < SHORT) {
      this.#shortStr(value);
      return;
    }
    this.#reserve(8);
    const start = this.#at;
    const container = typeof value === 'object' && (value instanceof Map || Array.isArray(value));
    const guess = container ? (this.#lengthSizes[depth] ?? 1) : 1;
    this.#at = start + guess;
    this.#value(value, depth);
    const length = this.#at - start - guess;
    const size = lengthSize(length);
    if (size !== guess) {
      this.#reserve(8);
      this.#buffer.copyWithin(start + size, start + guess, this.#at);
      this.#at += size - guess;
    }
    if (container) this.#lengthSizes[depth] = size;
    this.#length(start, length, size);
  }

  #length(at: number, length: number, size: number): void {
    let last = 0x80;
    for (let i = at + size - 1; i >= at; i--) {
      this.#buffer[i] = (length & 0x7f) | last;
      length = Math.floor(length / 0x80);
      last = 0;
    }
  }

  #seq(items: readonly Argdata<Leaf>[], depth: number): void {
    if (depth > MAX_DEPTH) throw tooDeep();
    this.#tag(TAG.seq);
    for (const item of items) this.#subfield(item, depth);
  }

  #map(map: ArgdataMap<Leaf>, depth: number): void {
    if (depth > MAX_DEPTH) throw tooDeep();
    this.#tag(TAG.map);
    let keys: KeySet | undefined;
    let numbers = 0;
    for (const [key, value] of map) {
      const start = this.#at;
      this.#subfield(key, depth);
      if (typeof key === 'object' && key !== null) {
        keys ??= new KeySet();
        // The length field is compared, too: it is the same for the same keys.
        if (!keys.add(this.#buffer, start, this.#at)) throw duplicateKey();
        if (
          key instanceof Float &&
          !isIntNumber(key.value) &&
          key.value !== 0 &&
          map.has(key.value as number)
        )
          throw duplicateKey();
      } else if (typeof key === 'bigint' && typeof fromInt(key) === 'number' && map.has(fromInt(key))) {
        throw duplicateKey();
      }
      if ((typeof key === 'number' || typeof key === 'bigint') && ++numbers > MAX_NUMBER_KEYS) {
        const reason = `A map has more than ${MAX_NUMBER_KEYS} keys that are numbers`;
        throw new ArgdataValueError('too-large', reason);
      }
      this.#subfield(value, depth);
    }
  }

  #bool(value: boolean): void {
    this.#tag(TAG.bool);
    if (value) this.#tag(1);
  }

  #binary(value: Uint8Array): void {
    this.#tag(TAG.binary);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  #fd(leaf: Leaf): void {
    const index = this.#indexOf(leaf);
    if (!(Number.isInteger(index) && index >= 0 && index <= INVALID_FD)) {
      const reason = `A descriptor index is an integer from 0 to ${INVALID_FD}, not ${index}`;
      throw new ArgdataValueError('bad-index', reason);
    }
    this.#tag(TAG.fd);
    this.#at = this.#buffer.writeUInt32BE(index, this.#at);
  }

  #float(value: number): void {
    this.#tag(TAG.float);
    // NaN has many bit patterns; one keeps encodings comparable.
    if (Number.isNaN(value)) {
      this.#at = this.#buffer.writeUInt32BE(0x7ff80000, this.#at);
      this.#at = this.#buffer.writeUInt32BE(0, this.#at);
    } else {
      this.#at = this.#buffer.writeDoubleBE(value, this.#at);
    }
  }

  #number(value: number): void {
    if (isIntNumber(value)) this.#int(value, TAG.int);
    else this.#float(value);
  }

  /** Writes a safe integer. */
  #int(value: number, tag: number): void {
    this.#tag(tag);
    const buffer = this.#buffer;
    let at = this.#at;
    if (value === (value | 0)) {
      if (value === 0) return;
      if (value < -0x800000 || value >= 0x800000) buffer[at++] = value >> 24;
      if (value < -0x8000 || value >= 0x8000) buffer[at++] = value >> 16;
      if (value < -0x80 || value >= 0x80) buffer[at++] = value >> 8;
      buffer[at++] = value;
    } else {
      // More than 32 bits: up to 3 bytes with the sign, then the 4 low ones.
      const high = Math.floor(value / 0x100000000);
      if (high < -0x8000 || high >= 0x8000) buffer[at++] = high >> 16;
      if (high < -0x80 || high >= 0x80) buffer[at++] = high >> 8;
      buffer[at++] = high;
      at = buffer.writeUInt32BE(value - high * 0x100000000, at);
    }
    this.#at = at;
  }

  #bigint(value: bigint, tag: number): void {
    const small = fromInt(value);
    if (typeof small === 'number') this.#int(small, tag);
    else this.#large(value, tag);
  }

  #large(value: bigint, tag: number): void {
    this.#tag(tag);
    // The bits of a negative number are those of its complement, so that measures both.
    const digits = (value < 0n ? ~value : value).toString(16);
    const lead = Number.parseInt(digits.charAt(0), 16);
    const bits = digits.length * 4 - (Math.clz32(lead) - 28) + 1;
    const size = Math.ceil(bits / 8);
    const hex = BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(size * 2, '0');
    this.#reserve(size);
    this.#at += this.#buffer.write(hex, this.#at, 'hex');
  }

  #shortStr(value: string): void {
    const length = value.length;
    this.#reserve(SHORT + 8);
    const buffer = this.#buffer;
    const start = this.#at;
    let at = start + 2;
    let all = 0;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      all |= code;
      buffer[at++] = code;
    }
    if (all >= 0x80) {
      // Not ASCII after all, so at most three times as long.
      this.#at = start + 1;
      this.#str(value);
      const size = this.#at - start - 1;
      if (size < 0x80) {
        buffer[start] = 0x80 | size;
      } else {
        this.#reserve(1);
        this.#buffer.copyWithin(start + 2, start + 1, this.#at++);
        this.#length(start, size, 2);
      }
      return;
    }
    buffer[start] = 0x80 | (length + 2);
    buffer[start + 1] = TAG.str;
    buffer[at] = 0;
    this.#at = at + 1;
  }

  #str(value: string): void {
    this.#tag(TAG.str);
    this.#reserve(value.length * 3 + 1);
    const written = this.#buffer.write(value, this.#at, 'utf8');
    // Only then can there be a surrogate, which Buffer would have replaced without a word.
    if (written !== value.length && LONE_SURROGATE.test(value)) {
      throw new ArgdataValueError('surrogate', 'A string holds a lone surrogate, which UTF-8 does not allow');
    }
    this.#at += written;
    this.#buffer[this.#at++] = 0;
  }

  /** Writes one byte and makes room for the payload of any type of fixed size. */
  #tag(byte: number): void {
    this.#reserve(16);
    this.#buffer[this.#at++] = byte;
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#at + size));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

function tooDeep(): ArgdataValueError {
  return new ArgdataValueError('too-deep', `Values nest deeper than ${MAX_DEPTH} levels`);
}

function duplicateKey(): ArgdataValueError {
  return new ArgdataValueError('duplicate-key', 'A map has two keys of the same encoding');
}
