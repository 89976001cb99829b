import type { Rights } from './generated/constants.ts';

/** The lower 32 bits of a set of rights, as a number from 0 to 2^32-1. */
export function rightsLow(rights: Rights): number {
  return Number(rights & 0xffff_ffffn);
}

/** The upper 32 bits of a set of rights, as a number from 0 to 2^32-1. */
export function rightsHigh(rights: Rights): number {
  return Number((rights >> 32n) & 0xffff_ffffn);
}

/** Puts two halves together; a half may be negative, as the results of bitwise operators are. */
export function rightsFromHalves(low: number, high: number): Rights {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
