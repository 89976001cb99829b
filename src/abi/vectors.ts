import type { PointerSize } from './layout.ts';
import { readWord64 } from './word.ts';

/**
 * Pieces of a program's memory, for scattering reads and gathering writes. Made once and filled for each call;
 * only the first `count` elements of the two lists belong to the present call.
 */
export interface VectorList {
  count: number;
  /** Bytes in all pieces together. */
  total: number;
  readonly addresses: number[];
  readonly lengths: number[];
}

/** An empty list. */
export function newVectorList(): VectorList {
  return { count: 0, total: 0, addresses: [], lengths: [] };
}

/**
 * Reads an array of `iovec` or `ciovec`, which have the same layout, into a list that is used again and again.
 * Precondition: the caller has bounded `count`; the addresses that are read have not been checked.
 *
 * @throws {RangeError} if the array does not lie within the view.
 */
export function readVectors(
  view: DataView,
  at: number,
  count: number,
  pointer: PointerSize,
  into: VectorList,
): VectorList {
  let total = 0;
  for (let index = 0; index < count; index++) {
    const from = at + index * 2 * pointer;
    const length = pointer === 4 ? view.getUint32(from + 4, true) : readWord64(view, from + 8);
    into.addresses[index] = pointer === 4 ? view.getUint32(from, true) : readWord64(view, from);
    into.lengths[index] = length;
    total += length;
  }
  into.count = count;
  into.total = total;
  return into;
}
