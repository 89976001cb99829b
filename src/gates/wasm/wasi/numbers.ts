import { Clockid, Filetype } from '../../../abi/generated/constants.ts';
import { R, RH, type RightsSet } from '../../../kernel/rights.ts';

/*
 * WASI preview 1 grew out of CloudABI: errno, fdflags, oflags, fsflags, lookupflags and sdflags have the same
 * numbers. These do not.
 */

/** WASI's file type for each of the ABI's; the rest is 0, unknown. */
export const wasiFiletypes: Uint8Array = new Uint8Array(256);
wasiFiletypes[Filetype.block_device] = 1;
wasiFiletypes[Filetype.character_device] = 2;
wasiFiletypes[Filetype.directory] = 3;
wasiFiletypes[Filetype.regular_file] = 4;
wasiFiletypes[Filetype.socket_dgram] = 5;
wasiFiletypes[Filetype.socket_stream] = 6;
wasiFiletypes[Filetype.symbolic_link] = 7;
// WASI has no number for it, and reading and writing it is that of a file.
wasiFiletypes[Filetype.shared_memory] = 4;

/** The ABI's clock for each of WASI's. */
export const clocks: readonly number[] = [
  Clockid.realtime,
  Clockid.monotonic,
  Clockid.process_cputime_id,
  Clockid.thread_cputime_id,
];

/** The host's POSIX_FADV_ number for each of WASI's advices. */
export const advices: readonly number[] = [0, 2, 1, 3, 4, 5];

/** WASI's rights in the order of their bits, as the kernel's. */
const rights: readonly (readonly [low: number, high: number])[] = [
  [R.fd_datasync, 0],
  [R.fd_read, 0],
  [R.fd_seek, 0],
  [R.fd_stat_put_flags, 0],
  [R.fd_sync, 0],
  [R.fd_tell, 0],
  [R.fd_write, 0],
  [R.file_advise, 0],
  [R.file_allocate, 0],
  [R.file_create_directory, 0],
  [R.file_create_file, 0],
  [R.file_link_source, 0],
  [R.file_link_target, 0],
  [R.file_open, 0],
  [R.file_readdir, 0],
  [R.file_readlink, 0],
  [R.file_rename_source, 0],
  [R.file_rename_target, 0],
  [R.file_stat_get, 0],
  [R.openTruncate, 0],
  [R.file_stat_put_times, 0],
  [R.file_stat_fget, 0],
  [R.file_stat_fput_size, 0],
  [R.file_stat_fput_times, 0],
  [R.file_symlink, 0],
  [R.removeDirectory, 0],
  [R.file_unlink, 0],
  [R.poll_fd_readwrite, 0],
  [0, RH.sock_shutdown],
  [0, RH.sockAccept],
];

/** True when every bit of a number is a right in WASI. */
export function areRights(bits: number): boolean {
  return bits >= 0 && bits < 2 ** rights.length;
}

/** Rights of the kernel that WASI has no word for; a WASI program keeps them untouched. */
export const beyondWasi: RightsSet = {
  low: ~rights.reduce((bits, [low]) => bits | low, 0),
  high: ~rights.reduce((bits, [, high]) => bits | high, 0),
};

/**
 * Translates the bits of a word by tables, a byte at a time: programs translate rights with every file they open.
 *
 * @param meanings Makes tables of the results of each bit.
 */
function bitTables(meanings: readonly number[]): (bits: number) => number {
  const tables = [0, 8, 16, 24].map((shift) => {
    const table = new Int32Array(256);
    for (let byte = 1; byte < 256; byte++) {
      const highest = 31 - Math.clz32(byte);
      table[byte] = (table[byte ^ (1 << highest)] ?? 0) | (meanings[shift + highest] ?? 0);
    }
    return table;
  });
  const [first = new Int32Array(), second = first, third = first, fourth = first] = tables;
  return (bits) =>
    (first[bits & 255] ?? 0) |
    (second[(bits >>> 8) & 255] ?? 0) |
    (third[(bits >>> 16) & 255] ?? 0) |
    (fourth[bits >>> 24] ?? 0);
}

/** The low half of the kernel's rights for WASI's bits. */
export const kernelLow: (wasi: number) => number = bitTables(rights.map(([low]) => low));

/** The high half. */
export function kernelHigh(wasi: number): number {
  return (wasi & (1 << 28) ? RH.sock_shutdown : 0) | (wasi & (1 << 29) ? RH.sockAccept : 0);
}

/** WASI's bits for the kernel's rights. */
export function wasiRights(low: number, high: number): number {
  return lowRights(low) | highRights(high);
}

const lowRights = bitTables(wasiBits(0));
const highRights = bitTables(wasiBits(1));

/** WASI's bit for each bit of a half of the kernel's rights. */
function wasiBits(half: 0 | 1): number[] {
  return Array.from({ length: 32 }, (_, bit) => {
    const found = rights.findIndex((right) => right[half] === 1 << bit);
    return found < 0 ? 0 : 1 << found;
  });
}

const long = new BigInt64Array(1);
const words = new Uint32Array(long.buffer);
const upperWord = new Int32Array(long.buffer, 4, 1);

/** A 64-bit integer as a number, exact below 2^53. The engine's own conversion is a call out of optimized code. */
export function toNumber(value: bigint): number {
  long[0] = value;
  return (upperWord[0] ?? 0) * 2 ** 32 + (words[0] ?? 0);
}

/** The lower 32 bits of a 64-bit integer. */
export function lowWord(value: bigint): number {
  long[0] = value;
  return words[0] ?? 0;
}
