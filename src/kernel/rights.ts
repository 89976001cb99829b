import { allRightsHigh, allRightsLow, RightsHigh, RightsLow } from '../abi/generated/constants.ts';

/*
 * The kernel keeps rights as two 32-bit halves, because a check is then one AND. Its set is CloudABI's plus three
 * bits in holes of CloudABI's numbering, where WASI divides a right of CloudABI or has one of its own:
 *
 *   removeDirectory  CloudABI: part of file_unlink        WASI: path_remove_directory
 *   openTruncate     CloudABI: part of file_stat_fput_size WASI: path_filestat_set_size
 *   sockAccept       CloudABI: had it in early versions    WASI: sock_accept
 *
 * Grants and CloudABI's face always hand out and take both halves of a divided right together.
 */

/** Low halves of single rights. */
export const R = { ...RightsLow, removeDirectory: 0x800, openTruncate: 0x20000000 } as const;

/**
 * High halves of single rights. `linked` is no right of a program, but a fact about a UNIX socket that the launcher knows:
 * both ends are held by programs that the kernel serves, so that rights travel with descriptors (claims.ts). It is in no
 * set that a program names, and never lost.
 */
export const RH = { ...RightsHigh, sockAccept: 0x2, linked: 0x4 } as const;

/** Every right the kernel knows, low half. */
export const ALL_LOW: number = allRightsLow | R.removeDirectory | R.openTruncate;

/** Every right the kernel knows, high half. */
export const ALL_HIGH: number = allRightsHigh | RH.sockAccept;

/** A set of rights as two halves, for set-up code; tables keep the halves as integers. */
export type RightsSet = { readonly low: number; readonly high: number };

/** The kernel's set for a mask of CloudABI's rights: divided rights come whole. */
export function fromAbi(mask: bigint): RightsSet {
  let low = Number(mask & 0xffffffffn) & allRightsLow;
  const high = Number((mask >> 32n) & 0xffffffffn) & ALL_HIGH;
  if (low & R.file_unlink) low |= R.removeDirectory;
  if (low & R.file_stat_fput_size) low |= R.openTruncate;
  return { low, high };
}

/** No right at all. */
export const NO_RIGHTS: RightsSet = { low: 0, high: 0 };

/**
 * CloudABI's mask for the kernel's set. Removing counts only when both halves are there; truncating counts when
 * one is, because a file has the one half and a directory the other.
 */
export function toAbi({ low, high }: RightsSet): bigint {
  let visible = low & allRightsLow;
  if (!(low & R.removeDirectory)) visible &= ~R.file_unlink;
  if (low & R.openTruncate) visible |= R.file_stat_fput_size;
  return (BigInt(high & (allRightsHigh | RH.sockAccept)) << 32n) | BigInt(visible >>> 0);
}

/**
 * The low half of the kernel's set for the low half of CloudABI's, for a descriptor that has `own` at most. The right
 * to set the size has one half for files and one for directories, so asking means the half that is there.
 */
export function lowWithin(mask: number, own: number): number {
  let low = mask;
  if (mask & R.file_unlink) low |= R.removeDirectory;
  if (mask & R.file_stat_fput_size) {
    const both = R.file_stat_fput_size | R.openTruncate;
    low = (low & ~both) | (own & both || both);
  }
  return low;
}
