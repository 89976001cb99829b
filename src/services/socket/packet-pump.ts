import { close, setFlags } from '../../host/files/files.ts';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { NativeMemory } from '../../host/memory.ts';
import { MessageFlags, receive, send, shutdown } from '../../host/sockets/sockets.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { IOVEC_SIZE } from '../../linux/limits.ts';
import { O_NONBLOCK, O_RDWR } from '../../linux/open-flags.ts';
import { AF_INET, AF_INET6, MessageHeader, SHUT_RD, SHUT_WR, SOCK_SEQPACKET } from '../../linux/sockets.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN } from '../../linux/waiting.ts';
import type { IpAddress } from '../../network/address.ts';
import type { ServiceHost } from '../service.ts';
import type { SocketRequest } from './socket-grant.ts';

/** Bytes of the address of a sender before a packet: u8 4 or 6, u8 0, u16 port, 16 bytes of address; big-endian. */
export const SENDER_SIZE = 20;

/** The largest packet of IP. */
const MOST_BYTES = 65_535;

/** Packets that are passed on before other channels have their turn. */
const MOST_AT_ONCE = 64;

/** Packets that a client has left behind, at most: its socket holds fewer. */
const MOST_LEFT = 4096;

/** Bytes of `struct sockaddr_in6`. */
const ADDRESS_SIZE = 28;

const VECTOR_AT = MessageHeader.size;
const ADDRESS_AT = VECTOR_AT + IOVEC_SIZE;
const BYTES_AT = 128;

let room: NativeMemory | undefined;

/** Options of a pump. */
export type PumpOptions = {
  readonly request: Pick<SocketRequest, 'uses' | 'peer'>;
  /** Tells whether a packet of a sender is passed on; asked for sockets without a peer. */
  readonly accepts: (sender: IpAddress, port: number) => boolean;
  readonly onEnd: () => void;
};

/**
 * Copies packets between a socket of the network, which stays here, and a UNIX socket of the client, which keeps their bounds.
 * So the client's descriptor has exactly the rights that were asked for, in every program: it sends to no other peer, and the
 * kernel refuses the way that is not granted.
 *
 * @param socket A host descriptor with O_NONBLOCK, which belongs to the pump.
 * @returns The client's descriptor, which is the caller's. The pump ends when its last copy is closed.
 */
export function pumpPackets(socket: number, host: ServiceHost, options: PumpOptions): number {
  const { request, accepts, onEnd } = options;
  const [ours, theirs] = makeSocketPair(SOCK_SEQPACKET);
  const sends = request.uses.includes('send');
  const receives = request.uses.includes('receive');
  if (!sends) shutdown(theirs, SHUT_WR);
  if (!receives) shutdown(theirs, SHUT_RD);
  setFlags(ours, O_RDWR | O_NONBLOCK);
  const release = host.hold();
  const end = (): void => {
    host.unwatch(ours);
    if (receives) host.unwatch(socket);
    close(ours);
    close(socket);
    release();
    onEnd();
  };
  host.watch(ours, sends ? EPOLLIN : 0, (events) => {
    const isOver = (events & (EPOLLHUP | EPOLLERR)) !== 0;
    if (sends) passOn(ours, socket, isOver ? MOST_LEFT : MOST_AT_ONCE);
    if (isOver) end();
  });
  if (receives)
    host.watch(socket, EPOLLIN, () =>
      request.peer === undefined ? passOnFrom(socket, ours, accepts) : passOn(socket, ours, MOST_AT_ONCE),
    );
  return theirs;
}

/** Passes packets on. Those that the receiver has no room for are lost, as in any network, and so are those without bytes. */
function passOn(from: number, to: number, most: number): void {
  room ??= makeRoom();
  for (let count = 0; count < most; count++) {
    const length = fill(room, from, BYTES_AT);
    if (length === -LinuxErrno.EAGAIN || length === 0) return;
    // An error of a packet before, such as a port that no program listens at, is none of the socket.
    if (length > 0) send(to, room.at(BYTES_AT), length);
  }
}

/** Does the same with the address of the sender before each packet. */
function passOnFrom(from: number, to: number, accepts: PumpOptions['accepts']): void {
  room ??= makeRoom();
  for (let count = 0; count < MOST_AT_ONCE; count++) {
    const length = fill(room, from, BYTES_AT + SENDER_SIZE);
    if (length === -LinuxErrno.EAGAIN) return;
    if (length < 0) continue;
    const sender = senderIn(room);
    if (sender === undefined || !accepts(sender.address, sender.port)) continue;
    const head = room.bytes.subarray(BYTES_AT, BYTES_AT + SENDER_SIZE).fill(0);
    head[0] = sender.address.family === 'ipv4' ? 4 : 6;
    room.view.setUint16(BYTES_AT + 2, sender.port);
    head.set(sender.address.bytes, 4);
    send(to, room.at(BYTES_AT), SENDER_SIZE + length);
  }
}

function makeRoom(): NativeMemory {
  return new NativeMemory(BYTES_AT + SENDER_SIZE + MOST_BYTES);
}

/** Receives a packet. @returns Its bytes, or `-errno`. */
function fill(memory: NativeMemory, from: number, at: number): number {
  const { view } = memory;
  memory.bytes.fill(0, 0, BYTES_AT);
  view.setBigUint64(MessageHeader.name, BigInt(memory.at(ADDRESS_AT)), true);
  view.setUint32(MessageHeader.nameLength, ADDRESS_SIZE, true);
  view.setBigUint64(VECTOR_AT, BigInt(memory.at(at)), true);
  view.setBigUint64(VECTOR_AT + 8, BigInt(MOST_BYTES), true);
  view.setBigUint64(MessageHeader.vectors, BigInt(memory.at(VECTOR_AT)), true);
  view.setBigUint64(MessageHeader.count, 1n, true);
  let count = receive(from, memory.address, MessageFlags.closeOnExec);
  while (count === -LinuxErrno.EINTR) count = receive(from, memory.address, MessageFlags.closeOnExec);
  return count;
}

function senderIn({
  view,
  bytes,
}: NativeMemory): { readonly address: IpAddress; readonly port: number } | undefined {
  const family = view.getUint16(ADDRESS_AT, true);
  // Raw sockets of IPv6 have the number of the protocol in the place of a port.
  const port = view.getUint16(ADDRESS_AT + 2);
  if (family === AF_INET)
    return { address: { family: 'ipv4', bytes: [...bytes.subarray(ADDRESS_AT + 4, ADDRESS_AT + 8)] }, port };
  if (family === AF_INET6)
    return { address: { family: 'ipv6', bytes: [...bytes.subarray(ADDRESS_AT + 8, ADDRESS_AT + 24)] }, port };
  return undefined;
}
