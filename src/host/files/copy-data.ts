import { ftruncateSync, readSync, writeSync } from 'node:fs';
import { LinuxErrno } from '../../linux/errno.ts';
import { SEEK_DATA, SEEK_HOLE } from '../../linux/fcntl.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { seek } from './files.ts';

const CHUNK = 256 * 1024;

let room: Buffer | undefined;

/**
 * Copies the contents of a regular file into an empty one, and leaves holes as they are: a file that is much larger
 * than the space it takes does not take more. File systems that share blocks share them.
 *
 * @param size Bytes.
 * @throws SystemError, or an error of `node:fs`.
 */
export function copyData(from: number, to: number, size: number): void {
  for (let at = 0; at < size; ) {
    const data = seek(from, at, SEEK_DATA);
    // Behind the last data there is none (ENXIO).
    if (data === -LinuxErrno.ENXIO) break;
    check(data, 'lseek');
    const end = Math.min(check(seek(from, data, SEEK_HOLE), 'lseek'), size);
    copyRange(from, to, data, end);
    at = end;
  }
  ftruncateSync(to, size);
}

function copyRange(from: number, to: number, start: number, end: number): void {
  const places = Buffer.alloc(16);
  for (let at = start; at < end; ) {
    places.writeBigInt64LE(BigInt(at), 0);
    places.writeBigInt64LE(BigInt(at), 8);
    const [source, target] = [addressOf(places), addressOf(places.subarray(8))];
    const copied = syscall(callNumberOf('copy_file_range'), from, source, to, target, end - at, 0);
    if (copied > 0) at += copied;
    else {
      const moved = copyChunk(from, to, at, end);
      if (moved === 0) return;
      at += moved;
    }
  }
}

/** Copies through our memory, where the kernel does not between these file systems. */
function copyChunk(from: number, to: number, at: number, end: number): number {
  room ??= Buffer.alloc(CHUNK);
  const length = readSync(from, room, 0, Math.min(CHUNK, end - at), at);
  for (let written = 0; written < length; )
    written += writeSync(to, room, written, length - written, at + written);
  return length;
}
