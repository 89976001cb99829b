import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno, Filetype, Mflags, Mprot, Msflags } from '../../../abi/generated/constants.ts';
import * as files from '../../../kernel/files.ts';
import { R } from '../../../kernel/rights.ts';
import { PAGE } from '../binary-numbers.ts';
import type { Guest } from '../guest.ts';
import { Mappings } from '../mappings.ts';
import { wholeNumber } from './numbers.ts';
import { outcome } from './outcome.ts';

type Answers = Pick<Calls, 'mem_advise' | 'mem_map' | 'mem_protect' | 'mem_sync' | 'mem_unmap'>;

const READ_WRITE = Mprot.read | Mprot.write;
const WRITE_EXEC = Mprot.write | Mprot.exec;

/** Types of files with contents of their own that can be copied. */
const mappable: readonly number[] = [Filetype.regular_file, Filetype.shared_memory, Filetype.block_device];

/** Memory: a module's is one piece that grows, always readable and writable; mapping a file copies it there. */
export function memoryCalls({ process, memory }: Guest): Answers {
  const mappings = new Mappings(memory);

  /** Copies a file to memory; where it ends before the memory, zeros stay. */
  function copy(fd: number, offset: number, to: number, length: number): Errno {
    for (let done = 0; done < length; ) {
      const step = files.copyTo(process, fd, memory, to + done, length - done, offset + done);
      if (step < 0) return outcome(step);
      if (step === 0) break;
      done += step;
    }
    return Errno.success;
  }

  return {
    mem_advise: () => Errno.success,
    // Requests that linear memory cannot meet are refused last, so that programs see the same errors everywhere.
    mem_map(at, length, protection, flags, fd, offset, results) {
      const isPrivate = (flags & Mflags.private) !== 0;
      const isShared = (flags & Mflags.shared) !== 0;
      const isAnonymous = (flags & Mflags.anon) !== 0;
      const isFixed = (flags & Mflags.fixed) !== 0;
      if (length === 0 || isPrivate === isShared) return Errno.inval;
      if ((protection & WRITE_EXEC) === WRITE_EXEC) return Errno.notsup;
      const from = wholeNumber(offset);
      if (from < 0 || from % PAGE !== 0) return Errno.inval;
      if (isAnonymous && from !== 0) return Errno.inval;
      if (!isAnonymous) {
        const type = files.resolveType(process, fd);
        let rights: number = R.mem_map;
        if (protection & Mprot.read) rights |= R.fd_read;
        if (protection & Mprot.write) rights |= R.fd_write;
        if (protection & Mprot.exec) rights |= R.mem_map_exec;
        const able = process.descriptors.require('mem_map', fd, rights);
        if (able < 0) return outcome(able);
        if (isShared || !mappable.includes(type)) return Errno.nodev;
      }
      if ((protection & Mprot.read) === 0 || (protection & Mprot.exec) !== 0) return Errno.notsup;
      if (isFixed && (at === 0 || at % PAGE !== 0)) return Errno.inval;
      if (isFixed && !memory.covers(at, Math.ceil(length / PAGE) * PAGE)) return Errno.nomem;
      const place = isFixed ? at : mappings.map(length);
      if (place < 0) return outcome(place);
      if (isFixed) memory.bytes.fill(0, place, place + Math.ceil(length / PAGE) * PAGE);
      const error = isAnonymous ? Errno.success : copy(fd, from, place, length);
      if (error !== Errno.success) {
        if (!isFixed) mappings.unmap(place, length);
        return error;
      }
      results.mem = place;
      return Errno.success;
    },
    mem_protect: (_mapping, _length, protection) =>
      protection === READ_WRITE ? Errno.success : Errno.notsup,
    mem_sync: (_mapping, _length, flags) =>
      (flags & Msflags.async) !== 0 && (flags & Msflags.sync) !== 0 ? Errno.inval : Errno.success,
    mem_unmap: (mapping, length) => outcome(mappings.unmap(mapping, length)),
  };
}
