import type { Calls } from '../../../abi/generated/calls.ts';
import { Advice, Errno, Fsflags, Whence } from '../../../abi/generated/constants.ts';
import { newFilestat, readFilestat } from '../../../abi/generated/structs.ts';
import { SeekFrom } from '../../../host/files/files.ts';
import { TIME_FLAGS } from '../../../kernel/attributes.ts';
import * as files from '../../../kernel/files.ts';
import { ownTypes, readDirectory } from '../../../kernel/readdir.ts';
import { R } from '../../../kernel/rights.ts';
import { UIO_MAXIOV } from '../../../linux/limits.ts';
import type { Guest } from '../guest.ts';
import { storeFilestat } from './filestat.ts';
import { wholeNumber } from './numbers.ts';
import { outcome } from './outcome.ts';

/** The host's number for each `whence`. */
const origins: number[] = [];
origins[Whence.cur] = SeekFrom.current;
origins[Whence.end] = SeekFrom.end;
origins[Whence.set] = SeekFrom.start;

/** The host's POSIX_FADV_ number for each `advice` (posix_fadvise(2)). */
const advices: number[] = [];
advices[Advice.normal] = 0;
advices[Advice.random] = 1;
advices[Advice.sequential] = 2;
advices[Advice.willneed] = 3;
advices[Advice.dontneed] = 4;
advices[Advice.noreuse] = 5;

type Answers = Pick<
  Calls,
  | 'fd_datasync'
  | 'fd_pread'
  | 'fd_pwrite'
  | 'fd_read'
  | 'fd_seek'
  | 'fd_sync'
  | 'fd_write'
  | 'file_advise'
  | 'file_allocate'
  | 'file_readdir'
  | 'file_stat_fget'
  | 'file_stat_fput'
>;

/** Loads the vectors of a transfer; their array has been checked. */
export function loadVectors({ process, memory }: Guest, array: number, count: number): Errno {
  if (count > UIO_MAXIOV) return Errno.inval;
  // The address of an empty array means nothing.
  const loaded = memory.loadVectors(process.vectors, count === 0 ? 0 : array, count, 1);
  return loaded ? Errno.success : Errno.fault;
}

/** Calls on open files. */
export function fileCalls(guest: Guest): Answers {
  const { process, memory } = guest;
  const { descriptors } = process;
  const stat = newFilestat();

  return {
    fd_read(fd, iovs, count, results) {
      const error = loadVectors(guest, iovs, count);
      if (error !== Errno.success) return error;
      const done = files.read(process, fd);
      results.nread = done;
      return outcome(done);
    },
    fd_pread(fd, iovs, count, offset, results) {
      const error = loadVectors(guest, iovs, count);
      if (error !== Errno.success) return error;
      const done = files.pread(process, fd, wholeNumber(offset));
      results.nread = done;
      return outcome(done);
    },
    fd_write(fd, iovs, count, results) {
      const error = loadVectors(guest, iovs, count);
      if (error !== Errno.success) return error;
      const done = files.write(process, fd);
      results.nwritten = done;
      return outcome(done);
    },
    fd_pwrite(fd, iovs, count, offset, results) {
      const error = loadVectors(guest, iovs, count);
      if (error !== Errno.success) return error;
      const done = files.pwrite(process, fd, wholeNumber(offset));
      results.nwritten = done;
      return outcome(done);
    },
    fd_seek(fd, offset, whence, results) {
      const position = files.seek(process, fd, wholeNumber(offset), origins[whence] ?? SeekFrom.start);
      if (position < 0) return outcome(position);
      results.newoffset = BigInt(position);
      return Errno.success;
    },
    fd_sync: (fd) => outcome(files.sync(process, fd)),
    fd_datasync: (fd) => outcome(files.datasync(process, fd)),
    file_advise(fd, offset, length, advice) {
      return outcome(
        files.advise(process, fd, wholeNumber(offset), wholeNumber(length), advices[advice] ?? 0),
      );
    },
    file_allocate(fd, offset, length) {
      return outcome(files.allocate(process, fd, wholeNumber(offset), wholeNumber(length)));
    },
    file_readdir(fd, buf, length, cookie, results) {
      const place = BigInt.asIntN(64, cookie);
      const used = readDirectory(process, fd, memory, buf, length, place, ownTypes);
      results.bufused = used;
      return outcome(used);
    },
    file_stat_fget(fd, buf) {
      const error = files.getAttributes(process, fd);
      if (error < 0) return outcome(error);
      storeFilestat(memory, buf, process.attributes, descriptors.type(fd));
      return Errno.success;
    },
    file_stat_fput(fd, buf, flags) {
      readFilestat(memory.view, buf, stat);
      const sets = flags & Fsflags.size;
      const times = flags & TIME_FLAGS;
      // Both rights, and the sense of the times, before either changes.
      const rights = (sets ? R.file_stat_fput_size : 0) | (times ? R.file_stat_fput_times : 0);
      const able = descriptors.require('file_stat_fput', fd, rights);
      if (able < 0) return outcome(able);
      if (!process.times.load(stat.st_atim, stat.st_mtim, times)) return Errno.inval;
      if (sets) {
        const error = files.setSize(process, fd, wholeNumber(stat.st_size));
        if (error < 0) return outcome(error);
      }
      return times === 0
        ? Errno.success
        : outcome(files.setTimes(process, fd, stat.st_atim, stat.st_mtim, times));
    },
  };
}
