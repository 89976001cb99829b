import { closeSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { bytesOf, textOf } from '../host/files/host-path.ts';
import { openStrictly } from '../host/files/strict-lookup.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { type FileState, stateOf } from './change.ts';
import { OverlayError } from './overlay-error.ts';
import { MOST_ENTRIES } from './upper.ts';

/*
 * The directory of the host beneath an overlay. Other processes may change it at any time, so that each look goes through
 * the descriptor of the directory and passes no symbolic link.
 */

/** The path of an entry of an open directory, as node:fs takes it: the directory is the one of the descriptor. */
export function entryPath(directory: number, name: string): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), bytesOf(name)]);
}

/** Looks at an entry of an open directory; `undefined` for none. */
export function entryState(directory: number, name: string): FileState | undefined {
  const path = entryPath(directory, name);
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stateOf(stats, stats.isSymbolicLink() ? textOf(readlinkSync(path, { encoding: 'buffer' })) : '');
}

/** Splits a relative path into its directory and its last step. */
export function split(path: string): { readonly parent: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return slash < 0
    ? { parent: '', name: path }
    : { parent: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Opens a directory beneath another; `undefined` if there is none, or no way without links and mounts. */
export function openDirectory(root: number, path: string): number | undefined {
  const descriptor = openStrictly(root, path, 'directory');
  if (descriptor >= 0) return descriptor;
  const nothing: readonly number[] = [
    LinuxErrno.ENOENT,
    LinuxErrno.ENOTDIR,
    LinuxErrno.ELOOP,
    LinuxErrno.EXDEV,
    LinuxErrno.EACCES,
  ];
  if (nothing.includes(-descriptor)) return undefined;
  throw new OverlayError(`Cannot open the directory '${path}' of the host: error ${-descriptor}`);
}

/** Looks at a path beneath a directory; `undefined` if there is nothing, or no way without links. */
export function lookAt(root: number, path: string): FileState | undefined {
  const { parent, name } = split(path);
  const directory = openDirectory(root, parent);
  if (directory === undefined) return undefined;
  try {
    return entryState(directory, name);
  } finally {
    closeSync(directory);
  }
}

/** Lists the names in an open directory, in order; none if this user may not read it. */
export function entryNames(directory: number): readonly string[] {
  try {
    return readdirSync(entryPath(directory, '.'), { encoding: 'buffer' })
      .map(textOf)
      .sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return [];
    throw error;
  }
}

/** The findings about a tree of the host. */
export type TreeLook = {
  /** Its entries, itself included. */
  readonly entries: number;
  /** The path of a file in it that has changed after a time; `undefined` for none. */
  readonly changed: string | undefined;
};

/**
 * Counts a tree, and finds a file in it that was changed, made or moved there after a time. The times of directories
 * say nothing: they change with every file in them.
 *
 * @throws OverlayError for more than `MOST_ENTRIES`.
 */
export function lookThrough(root: number, path: string, since: bigint): TreeLook {
  let entries = 0;
  let changed: string | undefined;
  const pending = [path];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const state = lookAt(root, next);
    if (state === undefined) continue;
    if (++entries > MOST_ENTRIES)
      throw new OverlayError(`'${path}' has more than ${MOST_ENTRIES} entries, too many to compare`);
    if (state.kind !== 'directory') {
      if (changedSince(state, since)) changed ??= next;
      continue;
    }
    const directory = openDirectory(root, next);
    if (directory === undefined) continue;
    try {
      for (const name of entryNames(directory)) pending.push(`${next}/${name}`);
    } finally {
      closeSync(directory);
    }
  }
  return { entries, changed };
}

const SECOND = 1_000_000_000n;

/** Tells whether a file may have been changed after a time; some file systems have times of whole seconds. */
export function changedSince({ stats: { ctimeNs } }: FileState, since: bigint): boolean {
  return ctimeNs > since || (ctimeNs % SECOND === 0n && ctimeNs >= since - (since % SECOND));
}
