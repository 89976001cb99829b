import type { Calls } from '../../../abi/generated/calls.ts';
import { allRights, Errno, Fdsflags, Filetype } from '../../../abi/generated/constants.ts';
import { newFdstat, readFdstat, writeFdstat } from '../../../abi/generated/structs.ts';
import { rightsHigh, rightsLow } from '../../../abi/rights.ts';
import { createSharedMemory, createSocketPair } from '../../../kernel/create.ts';
import * as files from '../../../kernel/files.ts';
import { ALL_FDFLAGS } from '../../../kernel/files.ts';
import { lowWithin, R, RH, toAbi } from '../../../kernel/rights.ts';
import type { Guest } from '../guest.ts';
import { outcome } from './outcome.ts';

type Answers = Pick<
  Calls,
  'fd_close' | 'fd_create1' | 'fd_create2' | 'fd_dup' | 'fd_replace' | 'fd_stat_get' | 'fd_stat_put'
>;

/** Calls on descriptors themselves. Their names as WASI's preopens follow them, for programs that use both faces. */
export function descriptorCalls({ process, memory, preopens }: Guest): Answers {
  const { descriptors } = process;
  const stat = newFdstat();

  /** Gives up all rights of a descriptor but those in `stat`; with `test`, only tells whether that may be. */
  function restrict(fd: number, test: boolean): number {
    const { fs_rights_base: base, fs_rights_inheriting: inheriting } = stat;
    if (!descriptors.isOpen(fd)) return -Errno.badf;
    if (((base | inheriting) & ~allRights) !== 0n) return descriptors.refuse('fd_stat_put', fd);
    // Accepting connections is WASI's own right: this face has no word for it and leaves it alone.
    const high = rightsHigh(base) | (descriptors.baseHigh(fd) & RH.sockAccept);
    const iHigh = rightsHigh(inheriting) | (descriptors.inheritingHigh(fd) & RH.sockAccept);
    const low = lowWithin(rightsLow(base), descriptors.baseLow(fd));
    const iLow = lowWithin(rightsLow(inheriting), descriptors.inheritingLow(fd));
    return test
      ? descriptors.mayRestrict(fd, low, high, iLow, iHigh)
      : descriptors.restrict(fd, low, high, iLow, iHigh);
  }

  return {
    fd_close(fd) {
      const result = descriptors.close(fd);
      if (result === 0) preopens.delete(fd);
      return outcome(result);
    },
    fd_create1(_type, results) {
      const made = createSharedMemory(process);
      results.fd = made;
      return outcome(made);
    },
    fd_create2(type, results) {
      const stream = type === Filetype.socket_stream;
      return outcome(
        createSocketPair(process, stream ? Filetype.socket_stream : Filetype.socket_dgram, results),
      );
    },
    fd_dup(from, results) {
      const made = descriptors.duplicate(from);
      results.fd = made;
      return outcome(made);
    },
    fd_replace(from, to) {
      const result = descriptors.replace(from, to);
      if (result === 0 && from !== to) {
        const name = preopens.get(from);
        if (name === undefined) preopens.delete(to);
        else preopens.set(to, name);
      }
      return outcome(result);
    },
    fd_stat_get(fd, buf) {
      const type = files.resolveType(process, fd);
      if (type < 0) return outcome(type);
      const flags = type === Filetype.directory ? 0 : files.getFlags(process, fd);
      if (flags < 0) return outcome(flags);
      stat.fs_filetype = type;
      stat.fs_flags = flags;
      stat.fs_rights_base = toAbi({
        low: descriptors.baseLow(fd),
        high: descriptors.baseHigh(fd) & ~RH.sockAccept,
      });
      stat.fs_rights_inheriting = toAbi({
        low: descriptors.inheritingLow(fd),
        high: descriptors.inheritingHigh(fd) & ~RH.sockAccept,
      });
      writeFdstat(memory.view, buf, stat);
      return Errno.success;
    },
    fd_stat_put(fd, buf, flags) {
      readFdstat(memory.view, buf, stat);
      const setsFlags = (flags & Fdsflags.flags) !== 0;
      const setsRights = (flags & Fdsflags.rights) !== 0;
      if (setsFlags && (stat.fs_flags & ~ALL_FDFLAGS) !== 0) return Errno.inval;
      // Everything that can be refused is refused before anything changes.
      const known = files.resolveType(process, fd);
      if (known < 0) return outcome(known);
      const able = descriptors.require('fd_stat_put', fd, setsFlags ? R.fd_stat_put_flags : 0);
      if (able < 0) return outcome(able);
      if (setsRights) {
        const error = restrict(fd, true);
        if (error < 0) return outcome(error);
      }
      if (setsFlags) {
        const error = files.setFlags(process, fd, stat.fs_flags);
        if (error < 0) return outcome(error);
      }
      return setsRights ? outcome(restrict(fd, false)) : Errno.success;
    },
  };
}
