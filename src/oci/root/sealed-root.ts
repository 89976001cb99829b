import { dirname } from 'node:path/posix';
import { close } from '../../host/files/files.ts';
import { undisturbed } from '../../host/files/undisturbed.ts';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check, SystemError } from '../../host/system-error.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import {
  O_CLOEXEC,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from '../../linux/open-flags.ts';
import { S_IFDIR, S_IFMT, S_IFREG, Stat } from '../../linux/stat.ts';
import { callNumberOf } from '../../linux/system-calls.ts';

/** `struct open_how`. */
const HOW_SIZE = 24;

/** Options of a lookup in a container's root. */
export type RootLookup = {
  /** Flags of open(2) besides O_CLOEXEC; O_PATH when left out. */
  readonly flags?: number;
  /** True if no step may be a symbolic link. */
  readonly strict?: boolean;
};

/**
 * Looks a path up beneath a directory: links, `..` and concurrent renames never lead out of it, and no magic link of /proc
 * is followed (openat2(2)).
 *
 * @returns A descriptor with FD_CLOEXEC, or `-errno`.
 */
export function tryOpenIn(
  root: number,
  path: string,
  { flags = O_PATH, strict = false }: RootLookup = {},
): number {
  const how = Buffer.alloc(HOW_SIZE);
  how.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | (strict ? RESOLVE_NO_SYMLINKS : 0);
  how.writeBigUInt64LE(BigInt(resolve), 16);
  const name = Buffer.from(`${path}\0`);
  return undisturbed(() => syscall(callNumberOf('openat2'), root, addressOf(name), addressOf(how), HOW_SIZE));
}

/** The same. @throws SystemError */
export function openIn(root: number, path: string, lookup: RootLookup = {}): number {
  return check(tryOpenIn(root, path, lookup), 'openat2', `${path} in the container`);
}

/** The type (S_IFMT) and permission bits of an open file. @throws SystemError */
export function modeOf(descriptor: number): number {
  const room = Buffer.alloc(Stat.size);
  check(syscall(callNumberOf('fstat'), descriptor, addressOf(room)), 'fstat');
  return room.readUInt32LE(Stat.mode);
}

/** Tells whether a descriptor is of a directory. */
export function isDirectory(descriptor: number): boolean {
  return (modeOf(descriptor) & S_IFMT) === S_IFDIR;
}

/** Uses a descriptor and closes it. */
export function withOpen<Result>(descriptor: number, use: (descriptor: number) => Result): Result {
  try {
    return use(descriptor);
  } finally {
    close(descriptor);
  }
}

/**
 * Opens a place of a container to mount something on, and makes it if it is not there.
 *
 * @param kind The thing to make: an empty directory or an empty file.
 * @returns A descriptor (O_PATH).
 * @throws SystemError, for a dangling link as well.
 */
export function openPlace(root: number, path: string, kind: 'directory' | 'file', strict = false): number {
  const found = tryOpenIn(root, path, { strict });
  if (found !== -LinuxErrno.ENOENT) return check(found, 'openat2', `${path} in the container`);
  if (path === '/') throw new SystemError(LinuxErrno.ENOENT, 'openat2', 'the root of the container');
  withOpen(openPlace(root, dirname(path), 'directory', strict), (parent) => {
    const name = Buffer.from(`${path.slice(path.lastIndexOf('/') + 1)}\0`);
    const result =
      kind === 'directory'
        ? syscall(callNumberOf('mkdirat'), parent, addressOf(name), 0o755)
        : syscall(callNumberOf('mknodat'), parent, addressOf(name), S_IFREG | 0o644, 0);
    // Another container of the same volume may have been faster.
    if (result !== -LinuxErrno.EEXIST) check(result, kind === 'directory' ? 'mkdirat' : 'mknodat', path);
  });
  return openIn(root, path, { strict });
}
