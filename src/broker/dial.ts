import { closeSync, fstatSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { addressOf } from '../host/libc.ts';
import { encodeAddress, setOption } from '../host/sockets/socket-setup.ts';
import { syscall } from '../host/syscall.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { AT_FDCWD, O_CLOEXEC, O_PATH, RESOLVE_NO_SYMLINKS } from '../linux/open-flags.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPIDLE,
  TCP_SYNCNT,
} from '../linux/sockets.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { formatAddress, type IpAddress, LOOPBACK_ADDRESSES, sameAddress } from '../network/address.ts';
import type { PortProtocol } from '../network/rule.ts';

const SOCKET = callNumberOf('socket');
const CONNECT = callNumberOf('connect');
const OPENAT2 = callNumberOf('openat2');

/** `struct open_how` (openat2(2)). */
const HOW_SIZE = 24;

/** A packet that begins a connection is repeated once: an address that does not answer is given up after 3 seconds. */
const ONE_REPETITION = 1;

/** Seconds without data after which a server is asked whether it is still there. */
const KEEP_IDLE = 60;

/** The most addresses of a name that are tried. */
export const MOST_TRIES = 8;

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
  // The kernel answers for this host itself: it refuses, or its queue is full and connect(2) waits for it.
  if (protocol === 'tcp' && !LOOPBACK_ADDRESSES.some((one) => sameAddress(one, address))) {
    if (hasOthers) setOption(socket, [IPPROTO_TCP, TCP_SYNCNT], ONE_REPETITION);
    // The program's own probes end at the pump, so that these find out when a server has gone without a word.
    setOption(socket, [SOL_SOCKET, SO_KEEPALIVE], 1);
    setOption(socket, [IPPROTO_TCP, TCP_KEEPIDLE], KEEP_IDLE);
  }
  const encoded = encodeAddress({ family, host: Uint8Array.from(bytes), port });
  const result = syscall(CONNECT, socket, addressOf(encoded), encoded.length);
  if (result === 0 || result === -LinuxErrno.EINPROGRESS) return socket;
  closeSync(socket);
  return result;
}

/**
 * Connects a new socket to a UNIX socket of this host, without waiting (unix(7)).
 *
 * @param path Absolute.
 * @returns A host descriptor, or `-errno`: `EAGAIN` while the queue of its listener is full.
 */
export function beginSocketDial(path: string): number {
  const socket = syscall(SOCKET, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return socket;
  const encoded = encodeAddress({ family: 'unix', path });
  const result = syscall(CONNECT, socket, addressOf(encoded), encoded.length);
  if (result === 0) return socket;
  closeSync(socket);
  return result;
}

/**
 * The same for the socket of a rule, whose folder the program may be able to change: no step of the path may be a link by now,
 * and the file that was found is the one that is connected to.
 *
 * @returns A host descriptor, or `-errno`: `ELOOP` for a link.
 */
export function beginGrantedSocketDial(path: string): number {
  const name = Buffer.from(`${path}\0`);
  const how = Buffer.alloc(HOW_SIZE);
  how.writeBigUInt64LE(BigInt(O_PATH | O_CLOEXEC), 0);
  how.writeBigUInt64LE(BigInt(RESOLVE_NO_SYMLINKS), 16);
  const file = syscall(OPENAT2, AT_FDCWD, addressOf(name), addressOf(how), HOW_SIZE);
  if (file < 0) return file;
  try {
    return fstatSync(file).isSocket() ? beginSocketDial(`/proc/self/fd/${file}`) : -LinuxErrno.ECONNREFUSED;
  } finally {
    closeSync(file);
  }
}

/** Connects to an address, which is looked up nowhere. Nothing is read from the socket. */
export function connectTo(address: IpAddress, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: formatAddress(address), port, allowHalfOpen: true, noDelay: true });
    // The caller reads it.
    socket.pause();
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
