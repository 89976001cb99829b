import { Errno, Fdflags, Filetype } from '../abi/generated/constants.ts';
import * as host from '../host/files/files.ts';
import { O_APPEND, O_DSYNC, O_NONBLOCK, O_SYNC } from '../linux/open-flags.ts';
import { TIME_FLAGS } from './attributes.ts';
import { fileTypeRights } from './filetype-rights.ts';
import type { Memory } from './memory.ts';
import type { KernelProcess } from './process.ts';
import { fromHost, type Result } from './result.ts';
import { R } from './rights.ts';

/*
 * Calls on an open file. Every call reads the same: check rights, act, turn the host's answer into the ABI's.
 * Offsets and lengths are numbers: files end below 2^53 bytes on every file system there is.
 */

const READ = R.fd_read;
const WRITE = R.fd_write;
const PREAD = R.fd_read | R.fd_seek;
const PWRITE = R.fd_write | R.fd_seek;

/** fd_read: reads into the loaded vectors; returns the bytes read, 0 at the end. */
export function read(process: KernelProcess, fd: number): Result {
  const file = process.descriptors.require('fd_read', fd, READ);
  if (file < 0) return file;
  const { vectors } = process;
  return vectors.scatter(
    fromHost(
      vectors.count === 1
        ? host.read(file, vectors.first, vectors.firstLength)
        : host.readv(file, vectors.address, vectors.count),
    ),
  );
}

/** fd_pread: the same at an offset, leaving the descriptor's own offset alone. */
export function pread(process: KernelProcess, fd: number, offset: number): Result {
  const file = process.descriptors.require('fd_pread', fd, PREAD);
  if (file < 0) return file;
  const { vectors } = process;
  return vectors.scatter(
    fromHost(
      vectors.count === 1
        ? host.pread(file, vectors.first, vectors.firstLength, offset)
        : host.preadv(file, vectors.address, vectors.count, offset),
    ),
  );
}

/** fd_write: writes the loaded vectors; returns the bytes written. */
export function write(process: KernelProcess, fd: number): Result {
  const file = process.descriptors.require('fd_write', fd, WRITE);
  if (file < 0) return file;
  const { vectors } = process;
  const gathered = vectors.gather();
  if (gathered < 0) return gathered;
  return fromHost(
    vectors.count === 1
      ? host.write(file, vectors.first, vectors.firstLength)
      : host.writev(file, vectors.address, vectors.count),
  );
}

/** fd_pwrite: the same at an offset. A descriptor in append mode appends at any offset, as on Linux. */
export function pwrite(process: KernelProcess, fd: number, offset: number): Result {
  const file = process.descriptors.require('fd_pwrite', fd, PWRITE);
  if (file < 0) return file;
  const { vectors } = process;
  const gathered = vectors.gather();
  if (gathered < 0) return gathered;
  return fromHost(
    vectors.count === 1
      ? host.pwrite(file, vectors.first, vectors.firstLength, offset)
      : host.pwritev(file, vectors.address, vectors.count, offset),
  );
}

/**
 * mem_map: copies bytes from an offset of a file to the guest's memory, `memory.most` bytes at once. Returns the bytes
 * copied, 0 at the file's end. Precondition: the rights to map it have been checked.
 */
export function copyTo(
  process: KernelProcess,
  fd: number,
  memory: Memory,
  at: number,
  length: number,
  offset: number,
): Result {
  const file = process.descriptors.require('mem_map', fd, R.mem_map);
  if (file < 0) return file;
  const step = Math.min(length, memory.most);
  const place = memory.room(at, step);
  if (place < 0) return place;
  const done = host.pread(file, memory.addressOf(place), step, offset);
  return done < 0 ? fromHost(done) : memory.give(at, done);
}

/** fd_seek: moves the offset; `from` is one of the host's `SeekFrom`. Asking where it stands needs only fd_tell. */
export function seek(process: KernelProcess, fd: number, offset: number, from: number): Result {
  resolveType(process, fd);
  const tells = offset === 0 && from === host.SeekFrom.current;
  const mayTell = tells && (process.descriptors.baseLow(fd) & R.fd_seek) === 0;
  const file = process.descriptors.require('fd_seek', fd, mayTell ? R.fd_tell : R.fd_seek);
  return file < 0 ? file : fromHost(host.seek(file, offset, from));
}

/** fd_sync: data and attributes reach the disk. */
export function sync(process: KernelProcess, fd: number): Result {
  const file = process.descriptors.require('fd_sync', fd, R.fd_sync);
  return file < 0 ? file : fromHost(host.sync(file));
}

/** fd_datasync: data reaches the disk. */
export function datasync(process: KernelProcess, fd: number): Result {
  const file = process.descriptors.require('fd_datasync', fd, R.fd_datasync);
  return file < 0 ? file : fromHost(host.datasync(file));
}

/** file_advise: `advice` is the host's number. */
export function advise(
  process: KernelProcess,
  fd: number,
  offset: number,
  length: number,
  advice: number,
): Result {
  const file = process.descriptors.require('file_advise', fd, R.file_advise);
  if (file < 0) return file;
  if (offset < 0 || length < 0) return -Errno.inval;
  return fromHost(host.advise(file, offset, length, advice));
}

/** file_allocate: makes sure that a range of the file has space on disk. */
export function allocate(process: KernelProcess, fd: number, offset: number, length: number): Result {
  const file = process.descriptors.require('file_allocate', fd, R.file_allocate);
  return file < 0 ? file : fromHost(host.allocate(file, offset, length));
}

/** file_stat_fget: loads `process.attributes`. */
export function getAttributes(process: KernelProcess, fd: number): Result {
  const file = process.descriptors.require('file_stat_fget', fd, R.file_stat_fget);
  return file < 0 ? file : fromHost(process.attributes.load(file));
}

/** file_stat_fput with `Fsflags.size`. */
export function setSize(process: KernelProcess, fd: number, size: number): Result {
  const file = process.descriptors.require('file_stat_fput', fd, R.file_stat_fput_size);
  return file < 0 ? file : fromHost(host.truncate(file, size));
}

/** file_stat_fput with times, in nanoseconds since 1970; `flags` says which (`Fsflags`). */
export function setTimes(
  process: KernelProcess,
  fd: number,
  accessed: bigint,
  modified: bigint,
  flags: number,
): Result {
  const file = process.descriptors.require('file_stat_fput', fd, R.file_stat_fput_times);
  if (file < 0) return file;
  if ((flags & ~TIME_FLAGS) !== 0 || !process.times.load(accessed, modified, flags)) return -Errno.inval;
  return fromHost(host.setTimes(file, process.times.address));
}

/** Every bit of `fdflags`. */
export const ALL_FDFLAGS: number =
  Fdflags.append | Fdflags.dsync | Fdflags.nonblock | Fdflags.rsync | Fdflags.sync;

/** `Fdflags` of an open descriptor. */
export function getFlags(process: KernelProcess, fd: number): Result {
  const file = process.descriptors.require('fd_stat_get', fd, 0);
  if (file < 0) return file;
  const flags = host.getFlags(file);
  if (flags < 0) return fromHost(flags);
  let result = 0;
  if (flags & O_APPEND) result |= Fdflags.append;
  if (flags & O_NONBLOCK) result |= Fdflags.nonblock;
  if ((flags & O_SYNC) === O_SYNC) result |= Fdflags.sync | Fdflags.rsync;
  else if (flags & O_DSYNC) result |= Fdflags.dsync;
  return result;
}

/** fd_stat_put with `Fdsflags.flags`: append and nonblock can change, the others only repeat what is set: `notsup`. */
export function setFlags(process: KernelProcess, fd: number, flags: number): Result {
  const file = process.descriptors.require('fd_stat_put', fd, R.fd_stat_put_flags);
  if (file < 0) return file;
  const changeable = Fdflags.append | Fdflags.nonblock;
  const now = getFlags(process, fd);
  if (now < 0) return now;
  if ((flags & ~changeable & ~now) !== 0) return -Errno.notsup;
  const append = flags & Fdflags.append ? O_APPEND : 0;
  return fromHost(host.setFlags(file, append | (flags & Fdflags.nonblock ? O_NONBLOCK : 0)));
}

/**
 * Finds out the type of a descriptor whose opening left it open (to save a host call), and takes away the rights
 * that its type has no use for. Returns the type, or an error.
 */
export function resolveType(process: KernelProcess, fd: number): Result {
  const { descriptors } = process;
  const file = descriptors.require('fd_stat_get', fd, 0);
  if (file < 0) return file;
  const known = descriptors.type(fd);
  if (known !== Filetype.unknown) return known;
  const result = process.attributes.load(file);
  if (result < 0) return fromHost(result);
  const { type } = process.attributes;
  descriptors.settle(fd, type, fileTypeRights(type));
  return type;
}
