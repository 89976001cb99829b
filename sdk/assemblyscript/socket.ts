import { sock_shutdown } from './abi/calls';
import { Errno, Sdflags } from './abi/constants';
import { Descriptor } from './descriptor';
import { failure, outcome, Outcome, Result, success } from './result';
import { Stream } from './stream';

// CloudABI's own calls do not accept connections; WASI's do, on the same descriptors and with the same errors.
// @ts-ignore: decorator
@external('wasi_snapshot_preview1', 'sock_accept')
declare function sock_accept(fd: u32, flags: u16, fd_at: usize): Errno;

const result: usize = memory.data(4, 4);

/** A connected socket. */
export class Socket extends Stream {
  /** Ends one direction, or with `Sdflags.rd | Sdflags.wr` both: the peer reads the end. */
  shutdown(how: Sdflags = Sdflags.wr): Outcome {
    return outcome(sock_shutdown(this.fd, <u8>how), 'shut a connection down');
  }
}

/** A socket that others connect to. */
export class Listener extends Descriptor {
  /** Waits for a connection. */
  accept(): Result<Socket> {
    const error = sock_accept(this.fd, 0, result);
    if (error != Errno.success) return failure<Socket>(error, 'accept a connection');
    return success(new Socket(load<u32>(result)));
  }
}
