import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { bytesOf } from './host-path.ts';
import { undisturbed } from './undisturbed.ts';

/*
 * Lookups beneath a directory that pass no symbolic link and no mount, for commands of ours in directories that other
 * processes may change meanwhile (openat2(2)).
 */

const RESOLVE = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;

/** Ways of opening. */
const flagsOf = {
  directory: O_PATH | O_DIRECTORY,
  /** A directory to be read, or written to disk. */
  listing: O_RDONLY | O_DIRECTORY,
  /** A regular file to be read; a pipe is opened without waiting, for the caller to find out. */
  file: O_RDONLY | O_NONBLOCK,
  /** The object itself, also a symbolic link. */
  object: O_PATH,
} as const;

/**
 * Opens something beneath a directory.
 *
 * @param path Relative; empty for the directory itself.
 * @returns A descriptor, or `-errno`.
 */
export function openStrictly(directory: number, path: string, how: keyof typeof flagsOf): number {
  const name = Buffer.concat([bytesOf(path === '' ? '.' : path), Buffer.of(0)]);
  const record = Buffer.alloc(24);
  record.writeBigUInt64LE(BigInt(flagsOf[how] | O_NOFOLLOW | O_CLOEXEC), 0);
  record.writeBigUInt64LE(BigInt(RESOLVE), 16);
  return undisturbed(() =>
    syscall(callNumberOf('openat2'), directory, addressOf(name), addressOf(record), record.length),
  );
}
