import { Errno } from './generated/constants.ts';

/** The part of a program's memory that the generated dispatch needs. Addresses are unsigned. */
export interface CallMemory {
  /** True when `length` bytes from `pointer` lie in memory. */
  covers(pointer: number, length: number): boolean;
  /** All of memory, for numbers. */
  readonly view: DataView;
  /** Stores the low 64 bits of a number, little-endian. Precondition: `covers` said yes. */
  setLong(pointer: number, value: bigint): void;
}

/**
 * Checks the address of something that a call reads or writes.
 *
 * @param alignment The number of which the address must be a multiple; a power of two.
 * @returns `success`; `fault` for the null pointer and what lies outside memory; `inval` if misaligned.
 */
export function checkPlace(memory: CallMemory, at: number, size: number, alignment: number): Errno {
  if (at === 0 || !memory.covers(at, size)) return Errno.fault;
  return (at & (alignment - 1)) === 0 ? Errno.success : Errno.inval;
}

/** The same for a range of `count` elements. An empty one may have any address: it is never read. */
export function checkRange(
  memory: CallMemory,
  at: number,
  count: number,
  size: number,
  alignment: number,
): Errno {
  return count === 0 ? Errno.success : checkPlace(memory, at, count * size, alignment);
}

/** A table that tells for a small number whether it is one of these values. */
export function accepts(values: readonly number[]): Uint8Array {
  const table = new Uint8Array(Math.max(...values) + 1);
  for (const value of values) table[value] = 1;
  return table;
}
