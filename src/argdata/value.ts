/**
 * Argdata as JavaScript values.
 *
 * | argdata   | JavaScript                                                                        |
 * | --------- | --------------------------------------------------------------------------------- |
 * | null      | `null`                                                                            |
 * | binary    | `Uint8Array`                                                                      |
 * | bool      | `boolean`                                                                         |
 * | fd        | the leaf type, {@link Fd} unless said otherwise                                   |
 * | float     | `number` that is not a safe integer (fractions, NaN, infinities, -0), else {@link Float} |
 * | int       | `number` that is a safe integer, else `bigint`                                    |
 * | map       | `Map`, any keys, order kept                                                       |
 * | seq       | array                                                                             |
 * | str       | `string` without lone surrogates; NUL characters are allowed                      |
 * | timestamp | {@link Timestamp}                                                                 |
 *
 * One exception keeps maps lossless: JavaScript turns a `-0` key into `0`, so as a map key the float -0
 * is `new Float(-0)`.
 */

/** A descriptor, as its index into the list that travels with the encoded tree. */
export class Fd {
  /** 0 up to 2^32-1; {@link INVALID_FD} stands for "no descriptor". */
  readonly index: number;

  /** @throws {RangeError} when `index` is not an unsigned 32-bit integer. */
  constructor(index: number) {
    if (!Number.isInteger(index) || index < 0 || index > INVALID_FD) {
      throw new RangeError(`A descriptor index is an integer from 0 to ${INVALID_FD}, not ${index}`);
    }
    this.index = index;
  }
}

/** The descriptor index that is never valid: reading it fails with `badf`. */
export const INVALID_FD = 0xffffffff;

/** A float whose value a bare `number` cannot tell from an int, such as 1.0. Any double is accepted. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A point in time in nanoseconds since 1970-01-01T00:00:00Z; any size, negative before that. */
export class Timestamp {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** A tree of argdata whose descriptors are of type `Leaf`. */
export type Argdata<Leaf = Fd> =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float
  | Timestamp
  | Leaf
  | ArgdataSeq<Leaf>
  | ArgdataMap<Leaf>;

/** A sequence. */
export interface ArgdataSeq<Leaf = Fd> extends Array<Argdata<Leaf>> {}

/** A map; two keys are the same when their encodings are (so 1 and 1.0 differ, and all NaNs are one key). */
export interface ArgdataMap<Leaf = Fd> extends Map<Argdata<Leaf>, Argdata<Leaf>> {}

/** The names of the ten types, as printed in messages and dumps. */
export type ArgdataType =
  | 'null'
  | 'binary'
  | 'bool'
  | 'fd'
  | 'float'
  | 'int'
  | 'map'
  | 'seq'
  | 'str'
  | 'timestamp';

/** Says whether `value` is a sequence. */
export function isSeq<Leaf>(value: Argdata<Leaf>): value is ArgdataSeq<Leaf> {
  return Array.isArray(value);
}

/** Says whether `value` is a map. */
export function isMap<Leaf>(value: Argdata<Leaf>): value is ArgdataMap<Leaf> {
  return value instanceof Map;
}

/** Says whether the number stands for an argdata int (the others stand for floats). */
export function isIntNumber(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** The JavaScript form of an int of any size. */
export function fromInt(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** The JavaScript form of a float: a bare number where that cannot be taken for an int. */
export function fromFloat(value: number): number | Float {
  return isIntNumber(value) ? new Float(value) : value;
}

/** The form of a float as a map key, where `-0` needs its wrapper too. */
export function toKey<Leaf>(value: Argdata<Leaf>): Argdata<Leaf> {
  return Object.is(value, -0) ? new Float(-0) : value;
}
