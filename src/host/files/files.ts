import { F_GETFL, F_SETFL } from '../../linux/fcntl.ts';
import { FIONREAD } from '../../linux/ioctl.ts';
import { AT_EMPTY_PATH } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { emptyPath } from './lookup.ts';

const ALLOCATE = callNumberOf('fallocate');
const ADVISE = callNumberOf('fadvise64');
const CLOSE = callNumberOf('close');
const DATASYNC = callNumberOf('fdatasync');
const LSEEK = callNumberOf('lseek');
const PREAD = callNumberOf('pread64');
const PREADV = callNumberOf('preadv');
const PWRITE = callNumberOf('pwrite64');
const PWRITEV = callNumberOf('pwritev');
const READ = callNumberOf('read');
const READV = callNumberOf('readv');
const SYNC = callNumberOf('fsync');
const TRUNCATE = callNumberOf('ftruncate');
const WRITE = callNumberOf('write');
const WRITEV = callNumberOf('writev');
const FSTAT = callNumberOf('fstat');
const UTIMENSAT = callNumberOf('utimensat');
const READLINKAT = callNumberOf('readlinkat');
const FCNTL = callNumberOf('fcntl');
const IOCTL = callNumberOf('ioctl');

/** Origins of lseek(2). */
export const SeekFrom = { start: 0, current: 1, end: 2 } as const;

/** Closes a descriptor; returns 0 or `-errno`. */
export function close(descriptor: number): number {
  return syscall(CLOSE, descriptor);
}

/** read(2): returns the bytes read, 0 at the end, or `-errno`. */
export function read(descriptor: number, into: Address, length: number): number {
  return syscall(READ, descriptor, into, length);
}

/** readv(2) over an array of `struct iovec`. */
export function readv(descriptor: number, vectors: Address, count: number): number {
  return syscall(READV, descriptor, vectors, count);
}

/** pread(2): reads at an offset and leaves the descriptor's own offset alone. */
export function pread(descriptor: number, into: Address, length: number, offset: number): number {
  return syscall(PREAD, descriptor, into, length, offset);
}

/** preadv(2). */
export function preadv(descriptor: number, vectors: Address, count: number, offset: number): number {
  return syscall(PREADV, descriptor, vectors, count, offset);
}

/** write(2): returns the bytes written or `-errno`. */
export function write(descriptor: number, from: Address, length: number): number {
  return syscall(WRITE, descriptor, from, length);
}

/** writev(2). */
export function writev(descriptor: number, vectors: Address, count: number): number {
  return syscall(WRITEV, descriptor, vectors, count);
}

/** pwrite(2). On Linux, a descriptor in append mode appends at any offset. */
export function pwrite(descriptor: number, from: Address, length: number, offset: number): number {
  return syscall(PWRITE, descriptor, from, length, offset);
}

/** pwritev(2). */
export function pwritev(descriptor: number, vectors: Address, count: number, offset: number): number {
  return syscall(PWRITEV, descriptor, vectors, count, offset);
}

/** lseek(2): returns the new offset or `-errno`. */
export function seek(descriptor: number, offset: number, from: number): number {
  return syscall(LSEEK, descriptor, offset, from);
}

/** fsync(2). */
export function sync(descriptor: number): number {
  return syscall(SYNC, descriptor);
}

/** fdatasync(2). */
export function datasync(descriptor: number): number {
  return syscall(DATASYNC, descriptor);
}

/** ftruncate(2). */
export function truncate(descriptor: number, size: number): number {
  return syscall(TRUNCATE, descriptor, size);
}

/** fallocate(2) with mode 0: makes sure that the range has space on disk and grows the file if needed. */
export function allocate(descriptor: number, offset: number, length: number): number {
  return syscall(ALLOCATE, descriptor, 0, offset, length);
}

/** fadvise64(2). `advice` is one of the host's POSIX_FADV_ numbers. */
export function advise(descriptor: number, offset: number, length: number, advice: number): number {
  return syscall(ADVISE, descriptor, offset, length, advice);
}

/** fstat(2), which also takes descriptors that only name an object; fills `Stat.size` bytes. It is cheaper than statx(2). */
export function stat(descriptor: number, into: Address): number {
  return syscall(FSTAT, descriptor, into);
}

/**
 * utimensat(2) on the object a descriptor names, an O_PATH descriptor of a symbolic link included.
 *
 * @param times Address of two `struct timespec`: access, then modification.
 */
export function setTimes(descriptor: number, times: Address): number {
  return syscall(UTIMENSAT, descriptor, emptyPath, times, AT_EMPTY_PATH);
}

/** readlinkat(2) on an O_PATH descriptor of a symbolic link: returns the bytes stored (truncated without a sign). */
export function readLink(descriptor: number, into: Address, length: number): number {
  return syscall(READLINKAT, descriptor, emptyPath, into, length);
}

/** The status flags of an open descriptor or `-errno`. */
export function getFlags(descriptor: number): number {
  return syscall(FCNTL, descriptor, F_GETFL);
}

/** Sets the status flags that can be changed on an open descriptor (append, nonblock). */
export function setFlags(descriptor: number, flags: number): number {
  return syscall(FCNTL, descriptor, F_SETFL, flags);
}

/** Stores into an `int` how many bytes can be read without waiting. */
export function countReadable(descriptor: number, into: Address): number {
  return syscall(IOCTL, descriptor, FIONREAD, into);
}
