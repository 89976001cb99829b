import { closeSync } from 'node:fs';
import { addressOf } from '../host/libc.ts';
import { encodeAddress, setOption } from '../host/sockets/socket-setup.ts';
import { syscall } from '../host/syscall.ts';
import { LinuxErrno } from '../linux/errno.ts';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  TCP_SYNCNT,
} from '../linux/sockets.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { IpAddress } from '../network/address.ts';
import type { PortProtocol } from '../network/rule.ts';

const SOCKET = callNumberOf('socket');
const CONNECT = callNumberOf('connect');

/** A packet that begins a connection is repeated once: an address that does not answer is given up after 3 seconds. */
const ONE_REPETITION = 1;

/** A way to a server: an address that was checked, and no name. */
export type Way = { readonly address: IpAddress; readonly port: number; readonly protocol: PortProtocol };

/**
 * Begins to connect a new socket, without waiting.
 *
 * @param hasOthers True if there are other addresses to try, so that one that does not answer is given up early.
 * @returns A host descriptor, or `-errno` when it has failed already.
 */
export function beginDial({ address, port, protocol }: Way, hasOthers: boolean): number {
  const { family, bytes } = address;
  const type = (protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const socket = syscall(SOCKET, family === 'ipv4' ? AF_INET : AF_INET6, type, 0);
  if (socket < 0) return socket;
  if (hasOthers && protocol === 'tcp') setOption(socket, [IPPROTO_TCP, TCP_SYNCNT], ONE_REPETITION);
  const encoded = encodeAddress({ family, host: Uint8Array.from(bytes), port });
  const result = syscall(CONNECT, socket, addressOf(encoded), encoded.length);
  if (result === 0 || result === -LinuxErrno.EINPROGRESS) return socket;
  closeSync(socket);
  return result;
}
