import { ArgdataError } from './errors.ts';
import type { ArgdataType } from './value.ts';

/** The first byte of each encoded value; null has none, it is the empty buffer. */
export const TAG = {
  binary: 1,
  bool: 2,
  fd: 3,
  float: 4,
  int: 5,
  map: 6,
  seq: 7,
  str: 8,
  timestamp: 9,
} as const;

/** Type names by tag; index 0 is null, which has no tag on the wire. */
export const TYPE_NAMES: readonly ArgdataType[] = [
  'null',
  'binary',
  'bool',
  'fd',
  'float',
  'int',
  'map',
  'seq',
  'str',
  'timestamp',
];

/**
 * The greatest depth to which maps and sequences may nest, in both directions. The format sets no bound; this one keeps
 * recursion far from the end of any stack, ours or a C program's.
 */
export const MAX_DEPTH = 256;

/**
 * The most keys of a map that may be ints or floats. JavaScript's `Map` hashes numbers without a secret, so that an
 * attacker can choose ones that all collide, and then each costs as much as there are already.
 */
export const MAX_NUMBER_KEYS = 2048;

/** The largest int or timestamp payload, in bytes: what a BigInt holds for certain. */
export const MAX_INT_BYTES = 0x400000;

/** Gives the size of the length field of a subfield of `length` bytes, in bytes. */
export function lengthSize(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x200000) return 3;
  return length < 0x10000000 ? 4 : 5;
}

/**
 * Reads the length field at `at` of a subfield that must end by `end`. The subfield's bytes start at
 * `at + lengthSize(length)`, since only the shortest form is accepted.
 *
 * @throws {ArgdataError} `truncated-length`, `overlong-length` or `truncated-subfield`.
 */
export function readLength(bytes: Uint8Array, at: number, end: number): number {
  let byte = bytes[at] ?? 0;
  let next = at + 1;
  if (byte === 0) {
    throw new ArgdataError('overlong-length', at, 'A subfield length starts with a zero digit');
  }
  let length = byte & 0x7f;
  while (byte < 0x80) {
    if (next >= end) {
      throw new ArgdataError('truncated-length', at, 'A subfield length has no last byte');
    }
    byte = bytes[next++] ?? 0;
    length = length * 0x80 + (byte & 0x7f);
    // A length beyond the buffer only grows: stop before it outgrows exact arithmetic.
    if (length > end - next) break;
  }
  if (length > end - next) {
    const wanted = byte < 0x80 ? 'more' : `${length}`;
    const reason = `A subfield of ${wanted} bytes does not fit in the ${end - next} that remain`;
    throw new ArgdataError('truncated-subfield', at, reason);
  }
  return length;
}

/** @returns the error for a first byte that names no type. */
export function unknownType(tag: number, offset: number): ArgdataError {
  const hex = tag.toString(16).padStart(2, '0');
  return new ArgdataError('unknown-type', offset, `Type ${hex} is unknown, the types are 01 to 09`);
}

/** @returns the error for a map or sequence nested beyond {@link MAX_DEPTH}. */
export function tooDeep(offset: number): ArgdataError {
  return new ArgdataError('too-deep', offset, `Values nest deeper than ${MAX_DEPTH} levels`);
}
