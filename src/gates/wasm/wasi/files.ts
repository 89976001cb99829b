import { Errno, Filetype } from '../../../abi/generated/constants.ts';
import { SeekFrom } from '../../../host/files/files.ts';
import { TIME_FLAGS } from '../../../kernel/attributes.ts';
import * as files from '../../../kernel/files.ts';
import { ALL_FDFLAGS } from '../../../kernel/files.ts';
import { readDirectory } from '../../../kernel/readdir.ts';
import type { Result } from '../../../kernel/result.ts';
import { UIO_MAXIOV } from '../../../linux/limits.ts';
import type { Guest, Imports } from '../guest.ts';
import type { Dialect } from './dialect.ts';
import { storeFilestat } from './filestat.ts';
import {
  advices,
  areRights,
  beyondWasi,
  kernelHigh,
  kernelLow,
  toNumber,
  wasiFiletypes,
  wasiRights,
} from './numbers.ts';

const FDSTAT_SIZE = 24;

/** The `fd_*` calls of WASI preview 1. Numbers arrive as the engine hands them over: i32 signed, i64 as bigint. */
export function fileCalls(guest: Guest, dialect: Dialect): Imports {
  const { process, memory } = guest;
  const { descriptors, vectors } = process;

  /** Stores a non-negative result as a u32 and turns an error into an errno. */
  function answerWord(result: Result, pointer: number): number {
    if (result < 0) return -result;
    memory.view.setUint32(pointer, result, true);
    return Errno.success;
  }

  /** Checks the vectors and the place for the result of a read or write; 0 or an errno. */
  function loadTransfer(array: number, count: number, result: number): number {
    if (!memory.covers(result, 4) || !memory.covers(array, count * 8)) return Errno.fault;
    if (count > UIO_MAXIOV) return Errno.inval;
    return memory.loadVectors(vectors, array, count) ? Errno.success : Errno.fault;
  }

  return {
    fd_read(fd: number, iovs: number, count: number, result: number): number {
      const error = loadTransfer(iovs >>> 0, count >>> 0, result >>> 0);
      return error === 0 ? answerWord(files.read(process, fd >>> 0), result >>> 0) : error;
    },
    fd_pread(fd: number, iovs: number, count: number, offset: bigint, result: number): number {
      const error = loadTransfer(iovs >>> 0, count >>> 0, result >>> 0);
      return error === 0 ? answerWord(files.pread(process, fd >>> 0, toNumber(offset)), result >>> 0) : error;
    },
    fd_write(fd: number, iovs: number, count: number, result: number): number {
      const error = loadTransfer(iovs >>> 0, count >>> 0, result >>> 0);
      return error === 0 ? answerWord(files.write(process, fd >>> 0), result >>> 0) : error;
    },
    fd_pwrite(fd: number, iovs: number, count: number, offset: bigint, result: number): number {
      const error = loadTransfer(iovs >>> 0, count >>> 0, result >>> 0);
      return error === 0
        ? answerWord(files.pwrite(process, fd >>> 0, toNumber(offset)), result >>> 0)
        : error;
    },
    fd_seek(fd: number, offset: bigint, whence: number, result: number): number {
      if (!memory.covers(result >>> 0, 8)) return Errno.fault;
      const from = dialect.whence[whence >>> 0];
      if (from === undefined) return Errno.inval;
      const position = files.seek(process, fd >>> 0, toNumber(offset), from);
      if (position < 0) return -position;
      memory.setLong(result >>> 0, BigInt(position));
      return Errno.success;
    },
    fd_tell(fd: number, result: number): number {
      if (!memory.covers(result >>> 0, 8)) return Errno.fault;
      const position = files.seek(process, fd >>> 0, 0, SeekFrom.current);
      if (position < 0) return -position;
      memory.setLong(result >>> 0, BigInt(position));
      return Errno.success;
    },
    fd_sync(fd: number): number {
      return -files.sync(process, fd >>> 0);
    },
    fd_datasync(fd: number): number {
      return -files.datasync(process, fd >>> 0);
    },
    fd_advise(fd: number, offset: bigint, length: bigint, advice: number): number {
      const host = advices[advice >>> 0];
      if (host === undefined) return Errno.inval;
      return -files.advise(process, fd >>> 0, Number(offset), Number(length), host);
    },
    fd_allocate(fd: number, offset: bigint, length: bigint): number {
      return -files.allocate(process, fd >>> 0, Number(offset), Number(length));
    },
    fd_close(fd: number): number {
      const result = descriptors.close(fd >>> 0);
      if (result === 0) guest.preopens.delete(fd >>> 0);
      return -result;
    },
    fd_renumber(from: number, to: number): number {
      const result = descriptors.renumber(from >>> 0, to >>> 0);
      if (result < 0 || from === to) return -result;
      const name = guest.preopens.get(from >>> 0);
      guest.preopens.delete(from >>> 0);
      if (name === undefined) guest.preopens.delete(to >>> 0);
      else guest.preopens.set(to >>> 0, name);
      return Errno.success;
    },
    fd_fdstat_get(fd: number, result: number): number {
      const at = result >>> 0;
      if (!memory.covers(at, FDSTAT_SIZE)) return Errno.fault;
      const type = files.resolveType(process, fd >>> 0);
      if (type < 0) return -type;
      const flags = type === Filetype.directory ? 0 : files.getFlags(process, fd >>> 0);
      if (flags < 0) return -flags;
      const { view } = memory;
      view.setUint16(at, wasiFiletypes[type] ?? 0, true);
      view.setUint32(at + 2, flags, true);
      view.setUint16(at + 6, 0, true);
      memory.setSmall(at + 8, wasiRights(descriptors.baseLow(fd), descriptors.baseHigh(fd)));
      memory.setSmall(at + 16, wasiRights(descriptors.inheritingLow(fd), descriptors.inheritingHigh(fd)));
      return Errno.success;
    },
    fd_fdstat_set_flags(fd: number, flags: number): number {
      if ((flags & ~ALL_FDFLAGS) !== 0) return Errno.inval;
      return -files.setFlags(process, fd >>> 0, flags);
    },
    fd_fdstat_set_rights(fd: number, base: bigint, inheriting: bigint): number {
      const type = files.resolveType(process, fd >>> 0);
      if (type < 0) return -type;
      const wanted = toNumber(base);
      const inherited = toNumber(inheriting);
      if (!areRights(wanted) || !areRights(inherited)) return Errno.notcapable;
      return -descriptors.restrict(
        fd >>> 0,
        kernelLow(wanted) | (descriptors.baseLow(fd) & beyondWasi.low),
        kernelHigh(wanted) | (descriptors.baseHigh(fd) & beyondWasi.high),
        kernelLow(inherited) | (descriptors.inheritingLow(fd) & beyondWasi.low),
        kernelHigh(inherited) | (descriptors.inheritingHigh(fd) & beyondWasi.high),
      );
    },
    fd_filestat_get(fd: number, result: number): number {
      if (!memory.covers(result >>> 0, dialect.filestat.size)) return Errno.fault;
      const error = files.getAttributes(process, fd >>> 0);
      if (error < 0) return -error;
      const type = descriptors.type(fd >>> 0);
      storeFilestat(memory, result >>> 0, process.attributes, dialect, type);
      return Errno.success;
    },
    fd_filestat_set_size(fd: number, size: bigint): number {
      return -files.setSize(process, fd >>> 0, Number(size));
    },
    fd_filestat_set_times(fd: number, accessed: bigint, modified: bigint, flags: number): number {
      if ((flags & ~TIME_FLAGS) !== 0) return Errno.inval;
      return -files.setTimes(
        process,
        fd >>> 0,
        BigInt.asUintN(64, accessed),
        BigInt.asUintN(64, modified),
        flags,
      );
    },
    fd_readdir(fd: number, buffer: number, length: number, cookie: bigint, result: number): number {
      const start = buffer >>> 0;
      if (!memory.covers(start, length >>> 0) || !memory.covers(result >>> 0, 4)) return Errno.fault;
      return answerWord(
        readDirectory(process, fd >>> 0, memory, start, length >>> 0, cookie, wasiFiletypes),
        result >>> 0,
      );
    },
    fd_prestat_get(fd: number, result: number): number {
      if (!memory.covers(result >>> 0, 8)) return Errno.fault;
      const name = guest.preopens.get(fd >>> 0);
      if (name === undefined) return Errno.badf;
      memory.view.setUint32(result >>> 0, 0, true);
      memory.view.setUint32((result >>> 0) + 4, name.length, true);
      return Errno.success;
    },
    fd_prestat_dir_name(fd: number, buffer: number, length: number): number {
      if (!memory.covers(buffer >>> 0, length >>> 0)) return Errno.fault;
      const name = guest.preopens.get(fd >>> 0);
      if (name === undefined) return Errno.badf;
      if (length >>> 0 < name.length) return Errno.nametoolong;
      memory.bytes.set(name, buffer >>> 0);
      return Errno.success;
    },
  };
}
