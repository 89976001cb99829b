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

/** The bits that are rights in WASI. */
export const ALL_WASI_RIGHTS: number = 2 ** rights.length - 1;

/** Rights of the kernel that WASI has no word for; a WASI program keeps them untouched. */
export const beyondWasi: RightsSet = {
  low: ~rights.reduce((bits, [low]) => bits | low, 0),
  high: ~rights.reduce((bits, [, high]) => bits | high, 0),
};

/** The low half of the kernel's rights for WASI's bits. */
export function kernelLow(wasi: number): number {
  let low = wasi & 0x7ff;
  for (let bit = 11; bit < 28; bit++) if (wasi & (1 << bit)) low |= rights[bit]?.[0] ?? 0;
  return low;
}

/** The high half. */
export function kernelHigh(wasi: number): number {
  return (wasi & (1 << 28) ? RH.sock_shutdown : 0) | (wasi & (1 << 29) ? RH.sockAccept : 0);
}

/** WASI's bits for the kernel's rights. */
export function wasiRights(low: number, high: number): bigint {
  let bits = 0;
  rights.forEach(([lowBit, highBit], bit) => {
    if ((low & lowBit) !== 0 || (high & highBit) !== 0) bits |= 1 << bit;
  });
  return BigInt(bits);
}
