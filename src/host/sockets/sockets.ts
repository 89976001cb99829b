import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { syscall } from '../syscall.ts';

const ACCEPT4 = callNumberOf('accept4');
const RECVMSG = callNumberOf('recvmsg');
const SENDTO = callNumberOf('sendto');
const SHUTDOWN = callNumberOf('shutdown');
const SOCKETPAIR = callNumberOf('socketpair');

const SOCK_CLOEXEC = 0x80000;
const SOCK_NONBLOCK = 0x800;

/** Arguments of socketpair(2) for sockets that reach nothing but each other. */
export const SocketPair = { unix: 1, stream: 1 | SOCK_CLOEXEC, dgram: 2 | SOCK_CLOEXEC } as const;

/** Message flags of recv(2) and send(2). */
export const MessageFlags = {
  peek: 0x2,
  controlTruncated: 0x8,
  truncated: 0x20,
  waitall: 0x100,
  noSignal: 0x4000,
  /** Received descriptors get FD_CLOEXEC. */
  closeOnExec: 0x40000000,
} as const;

/** Offsets within `struct msghdr` of a 64-bit Linux (recvmsg(2)). */
export const MessageHeader = {
  vectors: 16,
  count: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  size: 56,
} as const;

/** accept4(2) with FD_CLOEXEC; the peer's address is not asked for. */
export function accept(socket: number, nonblock: boolean): number {
  return syscall(ACCEPT4, socket, 0, 0, nonblock ? SOCK_CLOEXEC | SOCK_NONBLOCK : SOCK_CLOEXEC);
}

/** recvmsg(2) into a prepared header. */
export function receive(socket: number, header: Address, flags: number): number {
  return syscall(RECVMSG, socket, header, flags);
}

/** send(2) without a signal when the peer is gone. No destination: only a connected socket can send. */
export function send(socket: number, from: Address, length: number): number {
  return syscall(SENDTO, socket, from, length, MessageFlags.noSignal, 0, 0);
}

/** shutdown(2); `how` is 0 to stop receiving, 1 to stop sending, 2 for both. */
export function shutdown(socket: number, how: number): number {
  return syscall(SHUTDOWN, socket, how);
}

/** socketpair(2) of UNIX sockets with FD_CLOEXEC; `type` is one of `SocketPair`. Stores two `int` at `into`. */
export function makePair(type: number, into: Address): number {
  return syscall(SOCKETPAIR, SocketPair.unix, type, 0, into);
}
