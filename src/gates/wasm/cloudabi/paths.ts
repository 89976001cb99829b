import type { Calls } from '../../../abi/generated/calls.ts';
import { allRights, Errno, Fsflags, Ulflags } from '../../../abi/generated/constants.ts';
import { newFdstat, newFilestat, readFdstat, readFilestat } from '../../../abi/generated/structs.ts';
import { rightsHigh, rightsLow } from '../../../abi/rights.ts';
import { ALL_FDFLAGS } from '../../../kernel/files.ts';
import * as lookups from '../../../kernel/lookups.ts';
import { open } from '../../../kernel/open.ts';
import type { Path } from '../../../kernel/path.ts';
import { lowWithin } from '../../../kernel/rights.ts';
import type { Guest } from '../guest.ts';
import { storeFilestat } from './filestat.ts';
import { outcome } from './outcome.ts';

type Answers = Pick<
  Calls,
  | 'file_create'
  | 'file_link'
  | 'file_open'
  | 'file_readlink'
  | 'file_rename'
  | 'file_stat_get'
  | 'file_stat_put'
  | 'file_symlink'
  | 'file_unlink'
>;

/** Calls that look a path up beneath a directory. */
export function pathCalls({ process, memory }: Guest): Answers {
  const { descriptors } = process;
  const fdstat = newFdstat();
  const filestat = newFilestat();

  function load(into: Path, pointer: number, length: number): void {
    into.take(memory, pointer, length, true);
  }

  return {
    file_create(fd, path, length) {
      load(process.path, path, length);
      return outcome(lookups.createDirectory(process, fd));
    },
    file_link(fd1, lookup, path1, length1, fd2, path2, length2) {
      load(process.path, path1, length1);
      load(process.otherPath, path2, length2);
      return outcome(lookups.link(process, fd1, lookup, fd2));
    },
    file_open(fd, lookup, path, length, oflags, fds, results) {
      load(process.path, path, length);
      const {
        fs_flags,
        fs_rights_base: base,
        fs_rights_inheriting: inheriting,
      } = readFdstat(memory.view, fds, fdstat);
      if ((fs_flags & ~ALL_FDFLAGS) !== 0) return Errno.inval;
      if (!descriptors.isOpen(fd)) return Errno.badf;
      if (((base | inheriting) & ~allRights) !== 0n) return outcome(descriptors.refuse('file_open', fd));
      const most = descriptors.inheritingLow(fd);
      const opened = open(
        process,
        fd,
        lookup,
        oflags,
        lowWithin(rightsLow(base), most),
        rightsHigh(base),
        lowWithin(rightsLow(inheriting), most),
        rightsHigh(inheriting),
        fs_flags,
      );
      results.fd = opened;
      return outcome(opened);
    },
    file_readlink(fd, path, length, buf, room, results) {
      load(process.path, path, length);
      const used = lookups.readLink(process, fd, memory, buf, room);
      results.bufused = used;
      return outcome(used);
    },
    file_rename(fd1, path1, length1, fd2, path2, length2) {
      load(process.path, path1, length1);
      load(process.otherPath, path2, length2);
      return outcome(lookups.rename(process, fd1, fd2));
    },
    file_stat_get(fd, lookup, path, length, buf) {
      load(process.path, path, length);
      const error = lookups.getAttributesAt(process, fd, lookup);
      if (error < 0) return outcome(error);
      storeFilestat(memory, buf, process.attributes);
      return Errno.success;
    },
    file_stat_put(fd, lookup, path, length, buf, flags) {
      load(process.path, path, length);
      if ((flags & Fsflags.size) !== 0) return Errno.inval;
      const { st_atim, st_mtim } = readFilestat(memory.view, buf, filestat);
      // Nothing is to be changed, so nothing is needed.
      if (flags === 0) return outcome(descriptors.require('file_stat_put', fd, 0));
      return outcome(lookups.setTimesAt(process, fd, lookup, st_atim, st_mtim, flags));
    },
    file_symlink(path1, length1, fd, path2, length2) {
      load(process.path, path1, length1);
      load(process.otherPath, path2, length2);
      return outcome(lookups.symlink(process, fd));
    },
    file_unlink(fd, path, length, flags) {
      load(process.path, path, length);
      const removesDirectory = (flags & Ulflags.removedir) !== 0;
      return outcome(removesDirectory ? lookups.removeDirectory(process, fd) : lookups.unlink(process, fd));
    },
  };
}
