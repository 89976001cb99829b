import { fd_close, sock_recv, sock_send } from './abi/calls';
import { Errno } from './abi/constants';
import { RecvInLayout, RecvOutLayout, SendInLayout, SendOutLayout } from './abi/layouts';
import { Argdata, ArgdataType, Serialized } from './argdata';
import { ArgdataMap } from './argdata-build';
import { assign } from './argdata-encoding';
import { Descriptor } from './descriptor';
import { done, failure, outcome, Outcome, Result, success } from './result';
import { vectorOf } from './stream';

// Messages of a channel: a head of eight bytes (u32 bytes of the value, u16 descriptors, u16 mark) and a value of argdata.

const HEAD = 8;
const MARK: u16 = 0xca5e;
const MOST_REQUEST = 0x10000;
const MOST_REPLY: u32 = 0x100000;
const MOST_DESCRIPTORS = 16;

const receiving: usize = memory.data(20, 4);
const received: usize = memory.data(52, 4);
const sending: usize = memory.data(20, 4);
const sent: usize = memory.data(4, 4);
const numbers: usize = memory.data(64, 4);
const head: usize = memory.data(8, 4);

/** A channel to a service: `new Channel(argdata.get('users').descriptor().value.fd)`, or {@link channelOf}. */
export class Channel extends Descriptor {
  /**
   * Makes a request, and waits for its answer. Descriptors in the answer are the caller's.
   *
   * @returns The result; an error of the service has its message as the reason.
   */
  call(name: string, given: Argdata = new ArgdataMap().build()): Result<Argdata> {
    const task = "ask for '" + name + "'";
    const request = new ArgdataMap().set('call', Argdata.fromStr(name)).set('arguments', given).build().serialize();
    const failed = this.send(request, task);
    if (!failed.ok) return failure<Argdata>(failed.error, failed.task, failed.reason);
    return this.receive(task);
  }

  /** Narrows its limits for ever; those that are not named stay. The error `notcapable` stands for wider ones. */
  narrow(limits: Argdata): Outcome {
    const answer = this.call('limit', limits);
    return answer.ok ? done() : new Outcome(answer.error, answer.task, answer.reason);
  }

  /** The limits of now. */
  limits(): Result<Argdata> {
    return this.call('limits');
  }

  /** Opens another channel with the limits of now. */
  clone(): Result<Channel> {
    return channelOf(this.call('clone'));
  }

  private send(request: Serialized, task: string): Outcome {
    const value = request.bytes;
    const descriptors = request.descriptors;
    if (value.length > MOST_REQUEST || descriptors.length > MOST_DESCRIPTORS)
      return new Outcome(Errno.msgsize, task, 'the request is too large (msgsize)');
    const bytes = new Uint8Array(HEAD + value.length);
    store<u32>(bytes.dataStart, value.length);
    store<u16>(bytes.dataStart, <u16>descriptors.length, 4);
    store<u16>(bytes.dataStart, MARK, 6);
    bytes.set(value, HEAD);
    for (let index = 0; index < descriptors.length; index++) store<u32>(numbers + index * 4, descriptors[index]);
    let count = descriptors.length;
    let at = 0;
    while (at < bytes.length) {
      store<usize>(sending, vectorOf(bytes.dataStart + at, bytes.length - at), SendInLayout.si_data);
      store<usize>(sending, 1, SendInLayout.si_data_len);
      store<usize>(sending, numbers, SendInLayout.si_fds);
      store<usize>(sending, count, SendInLayout.si_fds_len);
      store<u16>(sending, 0, SendInLayout.si_flags);
      const error = sock_send(this.fd, sending, sent);
      if (error == Errno.intr) continue;
      if (error != Errno.success) return outcome(error, task);
      // Descriptors go with the first byte.
      count = 0;
      at += load<i32>(sent, SendOutLayout.so_datalen);
    }
    return done();
  }

  private receive(task: string): Result<Argdata> {
    const descriptors: u32[] = [];
    let error = this.fill(head, HEAD, descriptors);
    const size = load<u32>(head);
    if (error == Errno.success && (size > MOST_REPLY || load<u16>(head, 6) != MARK)) error = Errno.proto;
    const bytes = new Uint8Array(error == Errno.success ? <i32>size : 0);
    if (error == Errno.success) error = this.fill(bytes.dataStart, bytes.length, descriptors);
    const isWhole = error == Errno.success && load<u16>(head, 4) == <u16>descriptors.length;
    if (!isWhole || assign(bytes, 0, bytes.length, descriptors, 0) != descriptors.length) {
      for (let index = 0; index < descriptors.length; index++) fd_close(descriptors[index]);
      return failure<Argdata>(error == Errno.success ? Errno.proto : error, task);
    }
    return readAnswer(Argdata.from(bytes), task);
  }

  /** Receives that many bytes, and the descriptors that come with them. */
  private fill(into: usize, length: i32, descriptors: u32[]): Errno {
    let at = 0;
    while (at < length) {
      store<usize>(receiving, vectorOf(into + at, length - at), RecvInLayout.ri_data);
      store<usize>(receiving, 1, RecvInLayout.ri_data_len);
      store<usize>(receiving, numbers, RecvInLayout.ri_fds);
      store<usize>(receiving, MOST_DESCRIPTORS, RecvInLayout.ri_fds_len);
      store<u16>(receiving, 0, RecvInLayout.ri_flags);
      const error = sock_recv(this.fd, receiving, received);
      if (error == Errno.intr) continue;
      if (error != Errno.success) return error;
      const came = load<u32>(received, RecvOutLayout.ro_fdslen);
      for (let index: u32 = 0; index < came; index++) descriptors.push(load<u32>(numbers + index * 4));
      const got = load<i32>(received, RecvOutLayout.ro_datalen);
      // The service has ended.
      if (got == 0) return Errno.pipe;
      at += got;
    }
    return Errno.success;
  }
}

/** The channel that an answer holds, such as that of `open` of the service `zygote`. */
export function channelOf(answer: Result<Argdata>): Result<Channel> {
  if (!answer.ok) return failure<Channel>(answer.error, answer.task, answer.reason);
  const value = answer.value;
  const descriptor = (value.type == ArgdataType.fd ? value : value.get('channel')).descriptor();
  if (!descriptor.ok) return failure<Channel>(descriptor.error, descriptor.task, descriptor.reason);
  return success(new Channel(descriptor.value.fd));
}

function readAnswer(answer: Argdata, task: string): Result<Argdata> {
  const code = answer.get('error').str();
  if (!code.ok) {
    const result = answer.get('result');
    return result.exists ? success(result) : failure<Argdata>(Errno.proto, task);
  }
  return failure<Argdata>(errorOf(code.value), task, answer.get('message').str().or(code.value) + ' (' + code.value + ')');
}

/** The error for a code of a service. */
function errorOf(code: string): Errno {
  if (code == 'ENOTCAPABLE') return Errno.notcapable;
  if (code == 'EINVAL') return Errno.inval;
  if (code == 'ENOSYS') return Errno.nosys;
  if (code == 'ENOENT') return Errno.noent;
  if (code == 'EACCES') return Errno.acces;
  if (code == 'ETIMEDOUT') return Errno.timedout;
  if (code == 'EAGAIN') return Errno.again;
  if (code == 'EEXIST') return Errno.exist;
  if (code == 'EISDIR') return Errno.isdir;
  if (code == 'ENOTDIR') return Errno.notdir;
  if (code == 'EHOSTUNREACH') return Errno.hostunreach;
  if (code == 'ECONNREFUSED') return Errno.connrefused;
  if (code == 'ECONNRESET') return Errno.connreset;
  if (code == 'EMFILE') return Errno.mfile;
  if (code == 'EMSGSIZE') return Errno.msgsize;
  if (code == 'EPIPE') return Errno.pipe;
  return code == 'EIO' ? Errno.io : Errno.proto;
}
