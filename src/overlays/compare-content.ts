import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { hostPath } from '../host/files/host-path.ts';
import { openStrictly } from '../host/files/strict-lookup.ts';
import { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from '../linux/open-flags.ts';

/** Larger files of the same size are taken to differ, rather than read to the end. */
const MOST_COMPARED = 256 * 1024 * 1024;

const CHUNK = 256 * 1024;

let rooms: readonly [Buffer, Buffer] | undefined;

/** Opens a regular file of the upper directory to read it; `undefined` if this user may not. */
export function openUpperFile(upper: string, path: string): number | undefined {
  try {
    return openSync(hostPath(`${upper}/${path}`), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  }
}

/** Tells whether a file of the host has the same bytes as one in the upper directory. Both are regular files. */
export function hasSameContent(root: number, upper: string, path: string, size: number): boolean {
  if (size > MOST_COMPARED) return false;
  const ours = openUpperFile(upper, path);
  const theirs = openStrictly(root, path, 'file');
  try {
    if (ours === undefined || theirs < 0 || !fstatSync(theirs).isFile()) return false;
    return haveSameBytes(ours, theirs);
  } finally {
    if (ours !== undefined) closeSync(ours);
    if (theirs >= 0) closeSync(theirs);
  }
}

function haveSameBytes(one: number, other: number): boolean {
  rooms ??= [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
  const [a, b] = rooms;
  for (let at = 0; ; ) {
    const read = readSync(one, a, 0, CHUNK, at);
    const readToo = readSync(other, b, 0, CHUNK, at);
    if (read !== readToo || a.compare(b, 0, read, 0, read) !== 0) return false;
    if (read === 0) return true;
    at += read;
  }
}
