import { fd_close, fd_dup, fd_stat_get, fd_stat_put } from './abi/calls';
import { Errno, Fdflags, Fdsflags, Filetype } from './abi/constants';
import { FdstatLayout } from './abi/layouts';
import { failure, outcome, Outcome, Result, success } from './result';

/** The number of no descriptor. */
export const NO_DESCRIPTOR: u32 = u32.MAX_VALUE;

const fdstat: usize = memory.data(24, 8);
const number: usize = memory.data(4, 4);

/** Type and rights of a descriptor. */
export class Status {
  constructor(
    readonly type: Filetype,
    readonly flags: Fdflags,
    /** `Rights` of the descriptor itself. */
    readonly rights: u64,
    /** `Rights` that descriptors opened through it may have at most. */
    readonly inheriting: u64,
  ) {}
}

/** Something that the program was handed, or has opened through something it was handed. */
export class Descriptor {
  constructor(
    /** Its number; {@link NO_DESCRIPTOR} once it is closed. */
    public fd: u32,
  ) {}

  /** Gives it up. */
  close(): Outcome {
    const error = fd_close(this.fd);
    if (error == Errno.success) this.fd = NO_DESCRIPTOR;
    return outcome(error, 'close a descriptor');
  }

  /** Returns its type and rights. */
  status(): Result<Status> {
    const error = fd_stat_get(this.fd, fdstat);
    if (error != Errno.success) return failure<Status>(error, 'tell what a descriptor is');
    return success(
      new Status(
        load<u8>(fdstat, FdstatLayout.fs_filetype),
        load<u16>(fdstat, FdstatLayout.fs_flags),
        load<u64>(fdstat, FdstatLayout.fs_rights_base),
        load<u64>(fdstat, FdstatLayout.fs_rights_inheriting),
      ),
    );
  }

  /**
   * Gives up all rights but some, for ever.
   *
   * @param rights The `Rights` to keep; those that are not there do not come.
   * @param inheriting The `Rights` to keep for descriptors opened through it; none by default.
   */
  limit(rights: u64, inheriting: u64 = 0): Outcome {
    let error = fd_stat_get(this.fd, fdstat);
    if (error == Errno.success) {
      store<u64>(fdstat, load<u64>(fdstat, FdstatLayout.fs_rights_base) & rights, FdstatLayout.fs_rights_base);
      const inherited = load<u64>(fdstat, FdstatLayout.fs_rights_inheriting) & inheriting;
      store<u64>(fdstat, inherited, FdstatLayout.fs_rights_inheriting);
      error = fd_stat_put(this.fd, fdstat, <u16>Fdsflags.rights);
    }
    return outcome(error, 'limit the rights of a descriptor');
  }

  /** Another descriptor of the same thing, with the same rights, to be limited and closed by itself. */
  duplicate(): Result<Descriptor> {
    const error = fd_dup(this.fd, number);
    if (error != Errno.success) return failure<Descriptor>(error, 'duplicate a descriptor');
    return success(new Descriptor(load<u32>(number)));
  }
}
