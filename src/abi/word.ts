const HIGH = 2 ** 32;

/**
 * Reads an address or a size of a 64-bit program as number, without making a bigint. From 2^53 on the result
 * is rounded; it is then still far larger than any memory, so that a bounds check refuses it.
 */
export function readWord64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * HIGH;
}

/** Writes an address or a size for a 64-bit program: a whole number from 0 to 2^53. */
export function writeWord64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / HIGH), true);
}
