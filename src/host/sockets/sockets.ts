import {
  AF_UNIX,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from '../../linux/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { Address } from '../libc.ts';
import { syscall } from '../syscall.ts';

const ACCEPT4 = callNumberOf('accept4');
const RECVMSG = callNumberOf('recvmsg');
const SENDTO = callNumberOf('sendto');
const SHUTDOWN = callNumberOf('shutdown');
const SOCKETPAIR = callNumberOf('socketpair');

/** Arguments of socketpair(2) for sockets that reach nothing but each other. */
export const SocketPair = {
  unix: AF_UNIX,
  stream: SOCK_STREAM | SOCK_CLOEXEC,
  dgram: SOCK_DGRAM | SOCK_CLOEXEC,
} as const;

/** Message flags of recv(2) and send(2). */
export const MessageFlags = {
  peek: MSG_PEEK,
  controlTruncated: MSG_CTRUNC,
  truncated: MSG_TRUNC,
  waitall: MSG_WAITALL,
  noSignal: MSG_NOSIGNAL,
  /** Received descriptors get FD_CLOEXEC. */
  closeOnExec: MSG_CMSG_CLOEXEC,
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
