import type { BigIntStats } from 'node:fs';

/** The types of files. */
export type EntryKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'device';

/** A file, directory or link as it is on one side of a change. */
export type FileState = {
  readonly kind: EntryKind;
  /** Permission bits with those of set-user-ID, set-group-ID and the sticky bit. */
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  /** Bytes. */
  readonly size: number;
  /** The contents of a symbolic link; empty for others. */
  readonly target: string;
  readonly stats: BigIntStats;
};

/** One difference between a directory and what a program sees there. */
export type TreeChange = {
  /** Beneath the directory. */
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
  /** The state on the host; `undefined` for a new file. */
  readonly before: FileState | undefined;
  /** The state that the program sees; `undefined` for a deleted file. */
  readonly after: FileState | undefined;
  /** True if more than mode and owner are different. */
  readonly content: boolean;
  /** The number of entries that go with it: those beneath a deleted directory, and itself. */
  readonly entries: number;
  /** The change of the host meanwhile that it would undo; `undefined` for none. */
  readonly outside: string | undefined;
  /** The reason for which it is never committed; `undefined` for none. */
  readonly refused: string | undefined;
};

/** Gives the state of a file. */
export function stateOf(stats: BigIntStats, target: string): FileState {
  return {
    kind: kindOf(stats),
    mode: Number(stats.mode) & 0o7777,
    user: Number(stats.uid),
    group: Number(stats.gid),
    size: Number(stats.size),
    target,
    stats,
  };
}

function kindOf(stats: BigIntStats): EntryKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  return stats.isSocket() ? 'socket' : 'device';
}
