import { Errno, Filetype, Riflags, Sdflags } from '../abi/generated/constants.ts';
import { close, writev } from '../host/files/files.ts';
import { NativeMemory } from '../host/memory.ts';
import { canSendDescriptors, MOST_DESCRIPTORS, sendDescriptors } from '../host/sockets/messages.ts';
import { ControlRoom } from '../host/sockets/received.ts';
import * as host from '../host/sockets/sockets.ts';
import { MessageHeader } from '../linux/sockets.ts';
import { type Claim, NO_CLAIM, readClaims, writeClaims } from './claims.ts';
import { fileTypeRights } from './filetype-rights.ts';
import type { KernelProcess } from './process.ts';
import { insertReceived, isLinked, isUnixSocket, requireClaimed, requireSendable } from './receivable.ts';
import { fromHost, type Result } from './result.ts';
import { R, RH } from './rights.ts';

const header = new NativeMemory(MessageHeader.size);

/** A descriptor that must be a socket: without the right, other types say so before the missing right does. */
function requireSocket(process: KernelProcess, call: string, fd: number, low: number, high: number): Result {
  const { descriptors } = process;
  if (!descriptors.isOpen(fd)) return -Errno.badf;
  const type = descriptors.type(fd);
  if (type !== Filetype.socket_stream && type !== Filetype.socket_dgram) return -Errno.notsock;
  return descriptors.require(call, fd, low, high);
}

/**
 * sock_accept (ours: CloudABI had it in early versions, WASI has it): the next connection of a listening socket.
 * It gets the socket's inheriting rights, as far as a connection has a use for them, and passes them on.
 */
export function accept(process: KernelProcess, fd: number, nonblock: boolean): Result {
  const { descriptors } = process;
  const socket = requireSocket(process, 'sock_accept', fd, 0, RH.sockAccept);
  if (socket < 0) return socket;
  const connection = host.accept(socket, nonblock);
  if (connection < 0) return fromHost(connection);
  const useful = fileTypeRights(Filetype.socket_stream).base;
  const low = descriptors.inheritingLow(fd);
  const high = descriptors.inheritingHigh(fd);
  return descriptors.insert(
    connection,
    Filetype.socket_stream,
    low & useful.low,
    high & (useful.high | RH.linked) & ~RH.sockAccept,
    low,
    high & ~RH.linked,
    descriptors.grant(fd),
  );
}

/** True when the message of the last `receive` was longer than the buffers. */
export function wasTruncated(): boolean {
  return (header.view.getUint32(MessageHeader.flags, true) & host.MessageFlags.truncated) !== 0;
}

/** True when more descriptors came with the message of the last `receive` than it gave. */
export function hadMoreDescriptors(): boolean {
  return (
    lost || (header.view.getUint32(MessageHeader.flags, true) & host.MessageFlags.controlTruncated) !== 0
  );
}

/** True if descriptors of the last message found no place in the table. */
let lost = false;
const control = new ControlRoom();

/**
 * sock_recv into the loaded vectors; `flags` are `Riflags`. Returns the bytes received; see `wasTruncated` and
 * `hadMoreDescriptors`.
 *
 * @param room The most descriptors to take; the host closes all others. Looking at a message that stays in the queue
 * takes none.
 * @param into Gets the numbers of received descriptors.
 */
export function receive(
  process: KernelProcess,
  fd: number,
  flags: number,
  room = 0,
  into: number[] = [],
): Result {
  const socket = requireSocket(process, 'sock_recv', fd, R.fd_read, 0);
  if (socket < 0) return socket;
  const { MessageFlags } = host;
  const { view } = header;
  view.setBigUint64(MessageHeader.vectors, BigInt(process.vectors.address), true);
  view.setBigUint64(MessageHeader.count, BigInt(process.vectors.count), true);
  view.setUint32(MessageHeader.flags, 0, true);
  const peeks = (flags & Riflags.peek) !== 0;
  // The first descriptor that comes through a linked socket tells the rights of the others.
  const more = room > 0 && isLinked(process, fd) ? 1 : 0;
  control.offer(header, peeks ? 0 : room + more);
  let how: number = MessageFlags.closeOnExec;
  if (peeks) how |= MessageFlags.peek;
  if (flags & Riflags.waitall) how |= MessageFlags.waitall;
  lost = false;
  const received = host.receive(socket, header.address, how);
  if (received >= 0 && room > 0 && !peeks) takeDescriptors(process, fd, room, into);
  return process.vectors.scatter(fromHost(received));
}

/** Gives the descriptors that came with a message their numbers; none of them stays open without one. */
function takeDescriptors(process: KernelProcess, fd: number, room: number, into: number[]): void {
  const { sent, others } = control.take(header);
  for (const other of others) close(other);
  let passed = sent;
  let claims: readonly Claim[] | undefined;
  const [first] = sent;
  if (first !== undefined && isLinked(process, fd)) {
    passed = sent.slice(1);
    claims = readClaims(first, passed.length);
    close(first);
  }
  for (const [index, descriptor] of passed.entries()) {
    if (index >= room) close(descriptor);
    const claim = claims === undefined ? undefined : (claims[index] ?? NO_CLAIM);
    const number = index < room ? insertReceived(process, fd, descriptor, claim) : -1;
    if (number < 0) lost = true;
    else into.push(number);
  }
}

/** sock_send of the loaded vectors. Returns the bytes sent. */
export function send(process: KernelProcess, fd: number): Result {
  const socket = requireSocket(process, 'sock_send', fd, R.fd_write, 0);
  if (socket < 0) return socket;
  const { vectors } = process;
  const gathered = vectors.gather();
  if (gathered < 0) return gathered;
  return fromHost(
    vectors.count <= 1
      ? host.send(socket, vectors.first, vectors.firstLength)
      : writev(socket, vectors.address, vectors.count),
  );
}

/**
 * sock_send of the loaded vectors together with descriptors. Returns the bytes sent; when it fails, nothing is.
 *
 * @param passed Numbers of the descriptors, at least one.
 */
export function sendWith(process: KernelProcess, fd: number, passed: readonly number[]): Result {
  const socket = requireSocket(process, 'sock_send', fd, R.fd_write, 0);
  if (socket < 0) return socket;
  const { descriptors, vectors } = process;
  // The host would send the data through any other socket, and keep the descriptors back without a word.
  if (!isUnixSocket(socket) || !canSendDescriptors) return -Errno.notsup;
  if (vectors.total === 0 && descriptors.type(fd) === Filetype.socket_stream) return -Errno.inval;
  const linked = isLinked(process, fd);
  if (passed.length > MOST_DESCRIPTORS - (linked ? 1 : 0)) return -Errno.inval;
  const hosts: number[] = [];
  for (const number of passed) {
    const sendable = linked ? requireClaimed(process, number) : requireSendable(process, number);
    if (sendable < 0) return sendable;
    hosts.push(sendable);
  }
  const gathered = vectors.gather();
  if (gathered < 0) return gathered;
  if (!linked) return fromHost(sendDescriptors(socket, vectors.bytes, hosts));
  const claims = writeClaims(passed.map((number) => claimOf(process, number)));
  if (claims < 0) return fromHost(claims);
  const sent = sendDescriptors(socket, vectors.bytes, [claims, ...hosts]);
  close(claims);
  return fromHost(sent);
}

function claimOf({ descriptors }: KernelProcess, fd: number): Claim {
  return {
    base: { low: descriptors.baseLow(fd), high: descriptors.baseHigh(fd) },
    inheriting: { low: descriptors.inheritingLow(fd), high: descriptors.inheritingHigh(fd) },
  };
}

/** sock_shutdown; `how` are `Sdflags`. */
export function shutdown(process: KernelProcess, fd: number, how: number): Result {
  const socket = requireSocket(process, 'sock_shutdown', fd, 0, RH.sock_shutdown);
  if (socket < 0) return socket;
  if (how === 0 || (how & ~(Sdflags.rd | Sdflags.wr)) !== 0) return -Errno.inval;
  return fromHost(host.shutdown(socket, how - 1));
}
