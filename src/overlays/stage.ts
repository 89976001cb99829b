import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
} from 'node:fs';
import { listAttributes, readAttribute, removeAttribute, writeAttribute } from '../host/files/attributes.ts';
import { copyData } from '../host/files/copy-data.ts';
import { setTimes } from '../host/files/files.ts';
import { hostPath } from '../host/files/host-path.ts';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { S_IFIFO, UTIME_OMIT } from '../linux/stat.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { FileState } from './change.ts';
import { openUpperFile } from './compare-content.ts';
import { entryPath } from './host-side.ts';
import type { Place } from './place.ts';
import { ownAttributes } from './upper.ts';

/*
 * Copies of what an overlay has, made in a directory of the same file system in which they will be: complete, and with
 * their owners and modes, before they are moved to their places.
 */

/** Access control lists (acl(5)). */
const LISTS = ['system.posix_acl_access', 'system.posix_acl_default'] as const;

/** A thing of the upper directory to copy. */
export type Source = { readonly upper: string; readonly path: string; readonly state: FileState };

/** Makes a copy; what is left of a failed one is removed with the directory. */
export function stage({ upper, path, state }: Source, place: Place): void {
  const to = entryPath(place.directory, place.name);
  const from = `${upper}/${path}`;
  switch (state.kind) {
    case 'file':
      copyFile({ upper, path, state }, place);
      return;
    case 'directory':
      mkdirSync(to, { mode: 0o700 });
      copyAttributes(from, place);
      own(to, state);
      return;
    case 'symlink':
      symlinkSync(hostPath(state.target), to);
      own(to, state, true);
      return;
    case 'fifo': {
      const name = Buffer.concat([to, Buffer.of(0)]);
      check(syscall(callNumberOf('mknodat'), -1, addressOf(name), S_IFIFO | 0o600, 0), 'mknodat', path);
      own(to, state);
      return;
    }
    case 'socket':
    case 'device':
      throw new Error(`A ${state.kind} is never committed`);
  }
}

/** Makes another name for a copy. */
export function stageLink(place: Place, other: Place): void {
  linkSync(entryPath(other.directory, other.name), entryPath(place.directory, place.name));
}

function copyFile({ upper, path, state }: Source, place: Place): void {
  const from = openUpperFile(upper, path) ?? openUnreadable(upper, path, state);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const copy = openSync(entryPath(place.directory, place.name), flags, 0o600);
    try {
      copyData(from, copy, state.size);
      copyAttributes(`${upper}/${path}`, place);
      fchownSync(copy, state.user, state.group);
      fchmodSync(copy, state.mode);
      check(setTimes(copy, addressOf(timesOf(state))), 'utimensat', path);
    } finally {
      closeSync(copy);
    }
  } finally {
    closeSync(from);
  }
}

/** A program may have taken its user the permission to read a file, who can give it back. */
function openUnreadable(upper: string, path: string, { mode }: FileState): number {
  const file = hostPath(`${upper}/${path}`);
  chmodSync(file, mode | 0o400);
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } finally {
    chmodSync(file, mode);
  }
}

/** The time of the last change stays, by which programs such as make(1) decide; that of the last look does not. */
function timesOf({ stats }: FileState): Buffer {
  const times = Buffer.alloc(32);
  times.writeBigInt64LE(UTIME_OMIT, 8);
  times.writeBigInt64LE(stats.mtimeNs / 1_000_000_000n, 16);
  times.writeBigInt64LE(stats.mtimeNs % 1_000_000_000n, 24);
  return times;
}

function own(path: Buffer, { user, group, mode }: FileState, link = false): void {
  lchownSync(path, user, group);
  if (!link) chmodSync(path, mode);
}

/** Copies the attributes that a program gives, and access control lists; those of the system are not the program's. */
function copyAttributes(from: string, { directory, name: entry }: Place): void {
  const to = `/proc/self/fd/${directory}/${entry}`;
  for (const name of ownAttributes(from)) {
    const value = readAttribute(from, name);
    if (value !== undefined && value.length > 0) check(writeAttribute(to, name, value), 'setxattr', name);
  }
  const lists = listAttributes(from);
  for (const name of LISTS) {
    const value = lists.includes(name) ? readAttribute(from, name) : undefined;
    if (value === undefined) removeAttribute(to, name);
    else check(writeAttribute(to, name, value), 'setxattr', name);
  }
}
