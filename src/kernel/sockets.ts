import { Errno, Filetype, Riflags, Sdflags } from '../abi/generated/constants.ts';
import { writev } from '../host/files.ts';
import { NativeMemory } from '../host/memory.ts';
import * as host from '../host/sockets.ts';
import { fileTypeRights } from './filetype-rights.ts';
import type { Process } from './process.ts';
import { fromHost, type Result } from './result.ts';
import { R, RH } from './rights.ts';

const header = new NativeMemory(host.MessageHeader.size);

/** A descriptor that must be a socket: without the right, other types say so before the missing right does. */
function requireSocket(process: Process, call: string, fd: number, low: number, high: number): Result {
  const { descriptors } = process;
  if (!descriptors.isOpen(fd)) return -Errno.badf;
  const type = descriptors.type(fd);
  if (type !== Filetype.socket_stream && type !== Filetype.socket_dgram) return -Errno.notsock;
  return descriptors.require(call, fd, low, high);
}

/**
 * sock_accept (ours: CloudABI had it in early versions, WASI has it): the next connection of a listening socket.
 * It gets the socket's inheriting rights, as far as a connection has a use for them.
 */
export function accept(process: Process, fd: number, nonblock: boolean): Result {
  const { descriptors } = process;
  const socket = requireSocket(process, 'sock_accept', fd, 0, RH.sockAccept);
  if (socket < 0) return socket;
  const connection = host.accept(socket, nonblock);
  if (connection < 0) return fromHost(connection);
  const useful = fileTypeRights(Filetype.socket_stream).base;
  const low = descriptors.inheritingLow(fd) & useful.low;
  const high = descriptors.inheritingHigh(fd) & useful.high & ~RH.sockAccept;
  return descriptors.insert(connection, Filetype.socket_stream, low, high, 0, 0, descriptors.grant(fd));
}

/** True when the message of the last `receive` was longer than the buffers. */
export function wasTruncated(): boolean {
  return (header.view.getUint32(host.MessageHeader.flags, true) & host.MessageFlags.truncated) !== 0;
}

/** True when descriptors came with the message of the last `receive`. The host has closed them: no room was given. */
export function hadDescriptors(): boolean {
  const flags = header.view.getUint32(host.MessageHeader.flags, true);
  return (flags & host.MessageFlags.controlTruncated) !== 0;
}

/** sock_recv into the loaded vectors; `flags` are `Riflags`. Returns the bytes received; see `wasTruncated`. */
export function receive(process: Process, fd: number, flags: number): Result {
  const socket = requireSocket(process, 'sock_recv', fd, R.fd_read, 0);
  if (socket < 0) return socket;
  const { MessageHeader, MessageFlags } = host;
  const { view } = header;
  view.setBigUint64(MessageHeader.vectors, BigInt(process.vectors.address), true);
  view.setBigUint64(MessageHeader.count, BigInt(process.vectors.count), true);
  view.setUint32(MessageHeader.flags, 0, true);
  let how = 0;
  if (flags & Riflags.peek) how |= MessageFlags.peek;
  if (flags & Riflags.waitall) how |= MessageFlags.waitall;
  return fromHost(host.receive(socket, header.address, how));
}

/** sock_send of the loaded vectors. Returns the bytes sent. */
export function send(process: Process, fd: number): Result {
  const socket = requireSocket(process, 'sock_send', fd, R.fd_write, 0);
  if (socket < 0) return socket;
  const { vectors } = process;
  return fromHost(
    vectors.count <= 1
      ? host.send(socket, vectors.first, vectors.firstLength)
      : writev(socket, vectors.address, vectors.count),
  );
}

/** sock_shutdown; `how` are `Sdflags`. */
export function shutdown(process: Process, fd: number, how: number): Result {
  const socket = requireSocket(process, 'sock_shutdown', fd, 0, RH.sock_shutdown);
  if (socket < 0) return socket;
  if (how === 0 || (how & ~(Sdflags.rd | Sdflags.wr)) !== 0) return -Errno.inval;
  return fromHost(host.shutdown(socket, how - 1));
}
