import { bytesOf } from '../host/files/host-path.ts';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '../linux/open-flags.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** A name in an open directory. */
export type Place = { readonly directory: number; readonly name: string };

function rename(from: Place, to: Place, flags: number): number {
  const [old, fresh] = [from, to].map(({ name }) => Buffer.concat([bytesOf(name), Buffer.of(0)]));
  if (old === undefined || fresh === undefined) return -LinuxErrno.EINVAL;
  return syscall(
    callNumberOf('renameat2'),
    from.directory,
    addressOf(old),
    to.directory,
    addressOf(fresh),
    flags,
  );
}

/** Moves a file to a name that does not exist; returns 0 or `-errno` (renameat2(2)). */
export function moveTo(from: Place, to: Place): number {
  return rename(from, to, RENAME_NOREPLACE);
}

/** Exchanges two files in one step; returns 0 or `-errno`. */
export function swap(one: Place, other: Place): number {
  return rename(one, other, RENAME_EXCHANGE);
}
