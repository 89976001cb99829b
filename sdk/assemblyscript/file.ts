import {
  fd_datasync,
  fd_pread,
  fd_pwrite,
  fd_seek,
  fd_sync,
  file_allocate,
  file_stat_fget,
  file_stat_fput,
} from './abi/calls';
import { Errno, Filetype, Fsflags, Whence } from './abi/constants';
import { FilestatLayout } from './abi/layouts';
import { failure, outcome, Outcome, Result, success } from './result';
import { Stream, vectorOf } from './stream';

const result: usize = memory.data(8, 8);

/** Room for the attributes of a file. */
export const filestat: usize = memory.data(56, 8);

/** The attributes of a file; times are nanoseconds since 1970-01-01T00:00:00Z. */
export class FileStat {
  constructor(
    readonly type: Filetype,
    /** Bytes in it. */
    readonly size: u64,
    readonly accessed: u64,
    readonly modified: u64,
    /** Time at which its attributes last changed. */
    readonly changed: u64,
    /** Number of its names. */
    readonly links: u32,
    /** The file system that holds it, and its number there. */
    readonly device: u64,
    readonly inode: u64,
  ) {}
}

/** The attributes that a call has stored. */
export function loadedFileStat(): FileStat {
  return new FileStat(
    load<u8>(filestat, FilestatLayout.st_filetype),
    load<u64>(filestat, FilestatLayout.st_size),
    load<u64>(filestat, FilestatLayout.st_atim),
    load<u64>(filestat, FilestatLayout.st_mtim),
    load<u64>(filestat, FilestatLayout.st_ctim),
    load<u32>(filestat, FilestatLayout.st_nlink),
    load<u64>(filestat, FilestatLayout.st_dev),
    load<u64>(filestat, FilestatLayout.st_ino),
  );
}

/** An open file. Reading and writing start at its offset and move it. */
export class File extends Stream {
  /** Reads at a place of its own, and leaves the offset alone; 0 bytes at the end. */
  pread(into: Uint8Array, offset: u64): Result<i32> {
    const error = fd_pread(this.fd, vectorOf(into.dataStart, into.length), 1, offset, result);
    return error == Errno.success ? success(load<i32>(result)) : failure<i32>(error, 'read');
  }

  /** Writes at a place of its own, and leaves the offset alone. */
  pwrite(bytes: Uint8Array, offset: u64): Result<i32> {
    const error = fd_pwrite(this.fd, vectorOf(bytes.dataStart, bytes.length), 1, offset, result);
    return error == Errno.success ? success(load<i32>(result)) : failure<i32>(error, 'write');
  }

  /** Moves the offset, and tells where it is then: counted from the start. */
  seek(offset: i64, whence: Whence = Whence.set): Result<u64> {
    const error = fd_seek(this.fd, offset, <u8>whence, result);
    return error == Errno.success ? success(load<u64>(result)) : failure<u64>(error, 'seek');
  }

  /** Tells where the offset is. */
  tell(): Result<u64> {
    return this.seek(0, Whence.cur);
  }

  stat(): Result<FileStat> {
    const error = file_stat_fget(this.fd, filestat);
    return error == Errno.success
      ? success(loadedFileStat())
      : failure<FileStat>(error, 'tell the attributes of a file');
  }

  /** Makes it that many bytes long: cuts off what is beyond, fills up with zeros. */
  truncate(size: u64): Outcome {
    store<u64>(filestat, size, FilestatLayout.st_size);
    return outcome(file_stat_fput(this.fd, filestat, <u16>Fsflags.size), 'set the size of a file');
  }

  /** Makes sure that there is space for a part of it. */
  allocate(offset: u64, length: u64): Outcome {
    return outcome(file_allocate(this.fd, offset, length), 'allocate space in a file');
  }

  /** Waits until everything written is on the disk. */
  sync(): Outcome {
    return outcome(fd_sync(this.fd), 'sync a file');
  }

  /** Waits until everything written can be read back after a crash; attributes may lag behind. */
  datasync(): Outcome {
    return outcome(fd_datasync(this.fd), 'sync a file');
  }
}
