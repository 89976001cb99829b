import { Fdflags, Filetype, Lookupflags, Oflags } from '../abi/generated/constants.ts';
import { Open, openBeneath } from '../host/files/lookup.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { fileTypeRights } from './filetype-rights.ts';
import { answer } from './lookups.ts';
import type { KernelProcess } from './process.ts';
import type { Result } from './result.ts';
import { R } from './rights.ts';

const WRITES = R.fd_write | R.file_allocate | R.file_stat_fput_size;
const READS = R.fd_read | R.file_readdir | R.mem_map | R.mem_map_exec;

/** Flags by which each write reaches the disk before the call returns. */
const SYNCHRONOUS = Fdflags.dsync | Fdflags.rsync | Fdflags.sync;

/** @param most The rights that the directory passes on: where they are for writing alone, the host opens nothing to read. */
function accessMode(low: number, most: number): number {
  if ((low & WRITES) === 0) return (low | most) & READS || (most & WRITES) === 0 ? Open.read : Open.write;
  return low & READS ? Open.readWrite : Open.write;
}

function openBits(lookup: number, oflags: number, fdflags: number): number {
  let how = lookup & Lookupflags.symlink_follow ? 0 : Open.noFollow;
  if (oflags & Oflags.creat) how |= Open.create;
  if (oflags & Oflags.directory) how |= Open.directory;
  if (oflags & Oflags.excl) how |= Open.exclusive;
  if (oflags & Oflags.trunc) how |= Open.truncate;
  if (fdflags & Fdflags.append) how |= Open.append;
  if (fdflags & Fdflags.nonblock) how |= Open.nonblock;
  if (fdflags & (Fdflags.sync | Fdflags.rsync)) how |= Open.sync;
  if (fdflags & Fdflags.dsync) how |= Open.dsync;
  return how;
}

/** The rights that the directory itself needs for an opening beneath it. */
function neededOf(oflags: number): number {
  let need: number = R.file_open;
  if (oflags & Oflags.creat) need |= R.file_create_file;
  if (oflags & Oflags.trunc) need |= R.openTruncate;
  return need;
}

/**
 * file_open. The new descriptor gets the rights asked for, which must all be among the directory's inheriting
 * rights; rights without use for the type of file found are dropped when the type is first needed.
 *
 * @param lookup `Lookupflags`; `oflags` `Oflags`; `fdflags` `Fdflags`; rights in halves.
 * @returns The new descriptor.
 */
export function open(
  process: KernelProcess,
  fd: number,
  lookup: number,
  oflags: number,
  low: number,
  high: number,
  inheritingLow: number,
  inheritingHigh: number,
  fdflags: number,
): Result {
  const { descriptors, path } = process;
  const directory = descriptors.require('file_open', fd, neededOf(oflags));
  if (directory < 0) return directory;
  let inherited = low | inheritingLow;
  if (fdflags & (Fdflags.sync | Fdflags.rsync)) inherited |= R.fd_sync;
  if (fdflags & Fdflags.dsync && (descriptors.inheritingLow(fd) & R.fd_sync) === 0)
    inherited |= R.fd_datasync;
  const missingLow = inherited & ~descriptors.inheritingLow(fd);
  const missingHigh = (high | inheritingHigh) & ~descriptors.inheritingHigh(fd);
  if ((missingLow | missingHigh) !== 0) return descriptors.refuse('file_open', fd, missingLow, missingHigh);
  if (path.problem < 0) return path.problem;

  const how = openBits(lookup, oflags, fdflags);
  let opened = openBeneath(
    directory,
    path.address,
    accessOf(oflags, low, descriptors.inheritingLow(fd)) | how,
  );
  if (opened === -LinuxErrno.EISDIR && (low & WRITES) === 0)
    opened = openBeneath(directory, path.address, Open.read | how);
  if (opened < 0) return answer(process, 'file_open', fd, opened);
  return insert(process, fd, oflags, opened, low, high, inheritingLow, inheritingHigh);
}

/**
 * file_open for programs that ask for more rights than they need, as the libraries of many languages do. The new
 * descriptor gets those of the rights asked for that the directory passes on. Only reading and writing must be passed
 * on if they are asked for: a program that asks to write learns at once that it cannot. A directory passes on what
 * the one above it does.
 *
 * @param lookup `Lookupflags`; `oflags` `Oflags`; `fdflags` `Fdflags`; rights in halves.
 * @returns The new descriptor.
 */
export function openWithin(
  process: KernelProcess,
  fd: number,
  lookup: number,
  oflags: number,
  asked: number,
  askedHigh: number,
  fdflags: number,
): Result {
  const { descriptors, path } = process;
  const directory = descriptors.require('file_open', fd, neededOf(oflags));
  if (directory < 0) return directory;
  const most = descriptors.inheritingLow(fd);
  const mostHigh = descriptors.inheritingHigh(fd);
  const writes = (asked & R.fd_write) !== 0;
  let must = asked & R.fd_write;
  // A directory has no data to read; asking for it is a habit of libraries.
  if ((oflags & Oflags.directory) === 0) must |= asked & R.fd_read;
  if (writes && (fdflags & SYNCHRONOUS) !== 0 && (most & R.fd_sync) === 0) {
    must |= fdflags & (Fdflags.sync | Fdflags.rsync) ? R.fd_sync : R.fd_datasync;
  }
  if ((must & ~most) !== 0) return descriptors.refuse('file_open', fd, must & ~most);
  if (path.problem < 0) return path.problem;

  let low = asked & most;
  const high = askedHigh & mostHigh;
  const how = openBits(lookup, oflags, fdflags);
  const access = accessOf(oflags, low, most);
  let opened = openBeneath(directory, path.address, access | how);
  // The right to change a size needs a file that is open for writing, which the host refuses for directories and some files.
  if (!writes && access !== Open.read && refusedWriting.has(opened)) {
    low &= ~WRITES;
    opened = openBeneath(directory, path.address, Open.read | how);
  }
  if (opened < 0) return answer(process, 'file_open', fd, opened);
  return insert(process, fd, oflags, opened, low, high, most, mostHigh);
}

/** Errors of the host for files that it may still open for reading. */
const refusedWriting: ReadonlySet<number> = new Set(
  [LinuxErrno.EACCES, LinuxErrno.EISDIR, LinuxErrno.EPERM, LinuxErrno.EROFS, LinuxErrno.ETXTBSY].map(
    (error) => -error,
  ),
);

/** The host opens directories for reading only; of the rights to change them, only writing data makes no sense. */
function accessOf(oflags: number, low: number, most: number): number {
  const readOnly = (oflags & Oflags.directory) !== 0 && (low & R.fd_write) === 0;
  return readOnly ? Open.read : accessMode(low, most);
}

/** Puts a descriptor that was opened beneath `fd` into the table. */
function insert(
  { descriptors }: KernelProcess,
  fd: number,
  oflags: number,
  opened: number,
  low: number,
  high: number,
  inheritingLow: number,
  inheritingHigh: number,
): Result {
  const grant = descriptors.grant(fd);
  if ((oflags & Oflags.directory) === 0) {
    return descriptors.insert(opened, Filetype.unknown, low, high, inheritingLow, inheritingHigh, grant);
  }
  const { base, inheriting } = fileTypeRights(Filetype.directory);
  return descriptors.insert(
    opened,
    Filetype.directory,
    low & base.low,
    high & base.high,
    inheritingLow & inheriting.low,
    inheritingHigh & inheriting.high,
    grant,
  );
}
