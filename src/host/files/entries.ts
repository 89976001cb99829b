import { AT_EMPTY_PATH, AT_REMOVEDIR } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { type Name, withName } from '../names/sealed-names.ts';
import { syscall } from '../syscall.ts';
import { emptyPath } from './lookup.ts';

const MKDIRAT = callNumberOf('mkdirat');
const UNLINKAT = callNumberOf('unlinkat');
const RENAMEAT2 = callNumberOf('renameat2');
const LINKAT = callNumberOf('linkat');
const SYMLINKAT = callNumberOf('symlinkat');

const DIRECTORY_MODE = 0o777;

/*
 * Changes to the entries of a directory. Every `name` is one component that the caller has separated from its
 * directory by a lookup beneath: none of these calls follows a symbolic link in it, so they act on that directory.
 * Each returns 0 or -errno.
 */

/** mkdirat(2) with mode 0777 less the umask. */
export function makeDirectory(directory: number, name: Name): number {
  return withName(name, (sealed) => syscall(MKDIRAT, directory, sealed, DIRECTORY_MODE));
}

/** unlinkat(2) for anything but a directory. */
export function unlink(directory: number, name: Name): number {
  return withName(name, (sealed) => syscall(UNLINKAT, directory, sealed, 0));
}

/** unlinkat(2) for an empty directory. */
export function removeDirectory(directory: number, name: Name): number {
  return withName(name, (sealed) => syscall(UNLINKAT, directory, sealed, AT_REMOVEDIR));
}

/** renameat2(2) without flags: replaces an older file of the new name. */
export function rename(fromDirectory: number, from: Name, toDirectory: number, to: Name): number {
  return withName(from, (old) =>
    withName(to, (fresh) => syscall(RENAMEAT2, fromDirectory, old, toDirectory, fresh, 0)),
  );
}

/** linkat(2) without following: a symbolic link itself gets another name. */
export function link(fromDirectory: number, from: Name, toDirectory: number, to: Name): number {
  return withName(from, (old) =>
    withName(to, (fresh) => syscall(LINKAT, fromDirectory, old, toDirectory, fresh, 0)),
  );
}

/** linkat(2) for the object that a descriptor names; Linux before 6.10 lets only a privileged process do that. */
export function linkObject(object: number, directory: number, name: Name): number {
  return withName(name, (sealed) => syscall(LINKAT, object, emptyPath, directory, sealed, AT_EMPTY_PATH));
}

/** symlinkat(2): `name` becomes a symbolic link with the given contents. */
export function symlink(contents: Address, directory: number, name: Name): number {
  return withName(name, (sealed) => syscall(SYMLINKAT, contents, directory, sealed));
}
