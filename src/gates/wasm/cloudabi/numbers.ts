const long = new BigInt64Array(1);
const lower = new Uint32Array(long.buffer);
const upper = new Int32Array(long.buffer, 4, 1);

/**
 * A 64-bit integer as a number, exact below 2^53. From 2^63 on it is negative: the host's files end there, and it
 * refuses such offsets and lengths as invalid.
 */
export function wholeNumber(value: bigint): number {
  long[0] = value;
  return (upper[0] ?? 0) * 2 ** 32 + (lower[0] ?? 0);
}
