import { Errno, Lookupflags, Oflags } from '../../../abi/generated/constants.ts';
import { TIME_FLAGS } from '../../../kernel/attributes.ts';
import { ALL_FDFLAGS } from '../../../kernel/files.ts';
import * as lookups from '../../../kernel/lookups.ts';
import { openWithin } from '../../../kernel/open.ts';
import type { Path } from '../../../kernel/path.ts';
import type { Guest, Imports } from '../guest.ts';
import type { Dialect } from './dialect.ts';
import { storeFilestat } from './filestat.ts';
import { kernelHigh, kernelLow, lowWord } from './numbers.ts';

const ALL_OFLAGS = Oflags.creat | Oflags.directory | Oflags.excl | Oflags.trunc;

/** The `path_*` calls of WASI preview 1. */
export function pathCalls({ process, memory }: Guest, dialect: Dialect): Imports {
  /** Copies a path in; false when it lies outside memory. */
  function load(into: Path, pointer: number, length: number): boolean {
    if (!memory.covers(pointer >>> 0, length >>> 0)) return false;
    into.take(memory, pointer >>> 0, length >>> 0, true);
    return true;
  }

  /** Loads both paths of a call. */
  function loadBoth(pointer: number, length: number, otherPointer: number, otherLength: number): boolean {
    return load(process.path, pointer, length) && load(process.otherPath, otherPointer, otherLength);
  }

  return {
    /**
     * Cuts the rights asked for to those that can be had, as every other runtime does; `fd_fdstat_set_rights` takes
     * rights away. What is asked for files beneath is not looked at: libraries fill it in by guessing, and a directory
     * would pass less on than the one above it.
     */
    path_open(
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      oflags: number,
      base: bigint,
      _inheriting: bigint,
      fdflags: number,
      result: number,
    ): number {
      if (!load(process.path, pointer, length) || !memory.covers(result >>> 0, 4)) return Errno.fault;
      if ((lookup & ~Lookupflags.symlink_follow) !== 0) return Errno.inval;
      if ((oflags & ~ALL_OFLAGS) !== 0 || (fdflags & ~ALL_FDFLAGS) !== 0) return Errno.inval;
      // Bits that are no rights mean nothing: some libraries set them all.
      const wanted = lowWord(base);
      const opened = openWithin(
        process,
        fd >>> 0,
        lookup,
        oflags,
        kernelLow(wanted),
        kernelHigh(wanted),
        fdflags,
      );
      if (opened < 0) return -opened;
      memory.view.setUint32(result >>> 0, opened, true);
      return Errno.success;
    },
    path_filestat_get(fd: number, lookup: number, pointer: number, length: number, result: number): number {
      if (!load(process.path, pointer, length)) return Errno.fault;
      if (!memory.covers(result >>> 0, dialect.filestat.size)) return Errno.fault;
      if ((lookup & ~Lookupflags.symlink_follow) !== 0) return Errno.inval;
      const error = lookups.getAttributesAt(process, fd >>> 0, lookup);
      if (error < 0) return -error;
      storeFilestat(memory, result >>> 0, process.attributes, dialect);
      return Errno.success;
    },
    path_filestat_set_times(
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ): number {
      if (!load(process.path, pointer, length)) return Errno.fault;
      if ((lookup & ~Lookupflags.symlink_follow) !== 0 || (flags & ~TIME_FLAGS) !== 0) return Errno.inval;
      const times = [BigInt.asUintN(64, accessed), BigInt.asUintN(64, modified)] as const;
      return -lookups.setTimesAt(process, fd >>> 0, lookup, ...times, flags);
    },
    path_readlink(
      fd: number,
      pointer: number,
      length: number,
      buffer: number,
      bufferLength: number,
      result: number,
    ): number {
      if (!load(process.path, pointer, length)) return Errno.fault;
      if (!memory.covers(buffer >>> 0, bufferLength >>> 0) || !memory.covers(result >>> 0, 4))
        return Errno.fault;
      const used = lookups.readLink(process, fd >>> 0, memory, buffer >>> 0, bufferLength >>> 0);
      if (used < 0) return -used;
      memory.view.setUint32(result >>> 0, used, true);
      return Errno.success;
    },
    path_create_directory(fd: number, pointer: number, length: number): number {
      if (!load(process.path, pointer, length)) return Errno.fault;
      return -lookups.createDirectory(process, fd >>> 0);
    },
    path_remove_directory(fd: number, pointer: number, length: number): number {
      if (!load(process.path, pointer, length)) return Errno.fault;
      return -lookups.removeDirectory(process, fd >>> 0);
    },
    path_unlink_file(fd: number, pointer: number, length: number): number {
      if (!load(process.path, pointer, length)) return Errno.fault;
      return -lookups.unlink(process, fd >>> 0);
    },
    path_rename(
      fd: number,
      pointer: number,
      length: number,
      otherFd: number,
      otherPointer: number,
      otherLength: number,
    ): number {
      if (!loadBoth(pointer, length, otherPointer, otherLength)) return Errno.fault;
      return -lookups.rename(process, fd >>> 0, otherFd >>> 0);
    },
    path_link(
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      otherFd: number,
      otherPointer: number,
      otherLength: number,
    ): number {
      if (!loadBoth(pointer, length, otherPointer, otherLength)) return Errno.fault;
      if ((lookup & ~Lookupflags.symlink_follow) !== 0) return Errno.inval;
      return -lookups.link(process, fd >>> 0, lookup, otherFd >>> 0);
    },
    path_symlink(
      pointer: number,
      length: number,
      fd: number,
      otherPointer: number,
      otherLength: number,
    ): number {
      if (!loadBoth(pointer, length, otherPointer, otherLength)) return Errno.fault;
      // WASI: a link that no directory of the program could ever follow is not made.
      if (process.path.problem === 0 && process.path.isAbsolute) {
        return process.descriptors.isOpen(fd >>> 0)
          ? -process.descriptors.refuse('file_symlink', fd >>> 0)
          : Errno.badf;
      }
      return -lookups.symlink(process, fd >>> 0);
    },
  };
}
