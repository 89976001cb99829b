import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno, Mflags, Mprot, Msflags } from '../../../abi/generated/constants.ts';
import { R } from '../../../kernel/rights.ts';
import type { Guest } from '../guest.ts';
import { outcome } from './outcome.ts';

type Answers = Pick<Calls, 'mem_advise' | 'mem_map' | 'mem_protect' | 'mem_sync' | 'mem_unmap'>;

const READ_WRITE = Mprot.read | Mprot.write;
const WRITE_EXEC = Mprot.write | Mprot.exec;

/** Memory: a module's is one piece, always readable and writable, and nothing can be mapped into it. */
export function memoryCalls({ process }: Guest): Answers {
  return {
    mem_advise: () => Errno.success,
    // What the host's kind of memory cannot do is refused last, so that programs see the same errors everywhere.
    mem_map(_address, length, protection, flags, fd) {
      const isPrivate = (flags & Mflags.private) !== 0;
      const isShared = (flags & Mflags.shared) !== 0;
      if (length === 0 || isPrivate === isShared) return Errno.inval;
      if ((protection & WRITE_EXEC) === WRITE_EXEC) return Errno.notsup;
      if ((flags & Mflags.anon) === 0) {
        let rights: number = R.mem_map;
        if (protection & Mprot.read) rights |= R.fd_read;
        if (protection & Mprot.write) rights |= R.fd_write;
        if (protection & Mprot.exec) rights |= R.mem_map_exec;
        const able = process.descriptors.require('mem_map', fd, rights);
        if (able < 0) return outcome(able);
      }
      return Errno.nosys;
    },
    mem_protect: (_mapping, _length, protection) =>
      protection === READ_WRITE ? Errno.success : Errno.notsup,
    mem_sync: (_mapping, _length, flags) =>
      (flags & Msflags.async) !== 0 && (flags & Msflags.sync) !== 0 ? Errno.inval : Errno.success,
    mem_unmap: () => Errno.nosys,
  };
}
