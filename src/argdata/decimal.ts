import { ArgdataValueError } from './errors.ts';
import { fromInt } from './value.ts';

/**
 * The most digits that an int may have in text. Turning digits into bits and back takes more than linear time; for this
 * many it takes about a second.
 */
export const MAX_DIGITS = 0x100000;

/**
 * Reads digits with an optional sign as an int.
 *
 * @param text what `/^[-+]?[0-9]+$/` matches.
 * @returns `undefined` when there are more than {@link MAX_DIGITS}.
 */
export function parseDecimal(text: string): number | bigint | undefined {
  if (text.length > MAX_DIGITS + 1) return undefined;
  if (text.length < 16) {
    const value = Number(text);
    // The int -0 is 0; the number -0 would be taken for a float.
    return value === 0 ? 0 : value;
  }
  const value = BigInt(text.replace(/^[-+]/, ''));
  return fromInt(text.startsWith('-') ? -value : value);
}

/** Tells whether an int has no more than {@link MAX_DIGITS}. */
export function isPrintable(value: number | bigint): boolean {
  return typeof value !== 'bigint' || (value < limit() && value > -limit());
}

/** @throws {ArgdataValueError} `too-large` when the int has more than {@link MAX_DIGITS}. */
export function printDecimal(value: number | bigint): string {
  if (!isPrintable(value)) {
    throw new ArgdataValueError('too-large', `An int has more than ${MAX_DIGITS} digits, too many to print`);
  }
  return String(value);
}

let largest: bigint | undefined;

/** About the power of two below 10^MAX_DIGITS. */
function limit(): bigint {
  largest ??= 1n << BigInt(Math.floor(MAX_DIGITS * Math.log2(10)));
  return largest;
}
