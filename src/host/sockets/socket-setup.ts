import { LinuxErrno } from '../../linux/errno.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../linux/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';

/* Making sockets, for set-up code, and asking what they are, for all code. Calls return a value or `-errno`. */

const BIND = callNumberOf('bind');
const CONNECT = callNumberOf('connect');
const GETPEERNAME = callNumberOf('getpeername');
const GETSOCKOPT = callNumberOf('getsockopt');
const LISTEN = callNumberOf('listen');
const SETSOCKOPT = callNumberOf('setsockopt');
const SOCKET = callNumberOf('socket');

/** A socket option: level and name (asm-generic/socket.h, ipv6(7)). */
export type SocketOption = readonly [level: number, name: number];

/** Options by name; all but the timeout are ints. */
export const SocketOptionNames = {
  reuseAddress: [SOL_SOCKET, SO_REUSEADDR],
  type: [SOL_SOCKET, SO_TYPE],
  reusePort: [SOL_SOCKET, SO_REUSEPORT],
  /** The longest that sending and connecting wait; a `struct timeval`. */
  sendTimeout: [SOL_SOCKET, SO_SNDTIMEO],
  listens: [SOL_SOCKET, SO_ACCEPTCONN],
  protocol: [SOL_SOCKET, SO_PROTOCOL],
  family: [SOL_SOCKET, SO_DOMAIN],
  broadcast: [SOL_SOCKET, SO_BROADCAST],
  ipv4Hops: [IPPROTO_IP, IP_TTL],
  ipv6Hops: [IPPROTO_IPV6, IPV6_UNICAST_HOPS],
  ipv6Only: [IPPROTO_IPV6, IPV6_V6ONLY],
} as const satisfies Readonly<Record<string, SocketOption>>;

/** Values of `SocketOptionNames.type`. */
export const SocketType = { stream: SOCK_STREAM, datagram: SOCK_DGRAM, packets: SOCK_SEQPACKET } as const;

/** Values of `SocketOptionNames.family` that matter. */
export const SocketFamily = { unix: AF_UNIX, ipv4: AF_INET, ipv6: AF_INET6 } as const;

/** A socket address: IPv4 (4 bytes) or IPv6 (16 bytes) with a port, or a path of at most `MAX_UNIX_PATH` bytes. */
export type SocketAddress =
  | { readonly family: 'ipv4' | 'ipv6'; readonly host: Uint8Array; readonly port: number }
  | { readonly family: 'unix'; readonly path: string };

/** `sun_path` holds 108 bytes, the NUL at the end included (unix(7)). */
export const MAX_UNIX_PATH = 107;

/** socket(2) with FD_CLOEXEC: a descriptor or `-errno`. */
export function makeSocket(family: SocketAddress['family'], datagram: boolean): number {
  const domain = family === 'unix' ? AF_UNIX : family === 'ipv4' ? AF_INET : AF_INET6;
  return syscall(SOCKET, domain, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
}

/**
 * Makes a socket for packets with FD_CLOEXEC and O_NONBLOCK: a descriptor or `-errno`.
 *
 * @param protocol Its number over IP.
 */
export function makePacketSocket(
  family: 'ipv4' | 'ipv6',
  type: 'raw' | 'datagram',
  protocol: number,
): number {
  const kind = (type === 'raw' ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  return syscall(SOCKET, family === 'ipv4' ? AF_INET : AF_INET6, kind, protocol);
}

/** setsockopt(2) with an int. */
export function setOption(socket: number, [level, name]: SocketOption, value: number): number {
  const int = Int32Array.of(value);
  return syscall(SETSOCKOPT, socket, level, name, addressOf(int), int.byteLength);
}

/** getsockopt(2) of an int, such as one of `SocketType`; `-errno` for other files. */
export function getOption(socket: number, [level, name]: SocketOption): number {
  const int = new Int32Array(1);
  const length = Uint32Array.of(int.byteLength);
  const result = syscall(GETSOCKOPT, socket, level, name, addressOf(int), addressOf(length));
  return result < 0 ? result : (int[0] ?? 0);
}

/** Most bytes of any socket address (`struct sockaddr_storage`). */
const ADDRESS_ROOM = 128;

/** Tells whether a socket is connected (getpeername(2)). */
export function hasPeer(socket: number): boolean {
  const room = new Uint8Array(ADDRESS_ROOM);
  const length = Uint32Array.of(room.length);
  return syscall(GETPEERNAME, socket, addressOf(room), addressOf(length)) === 0;
}

/** bind(2). */
export function bindSocket(socket: number, address: SocketAddress): number {
  const bytes = encodeAddress(address);
  return syscall(BIND, socket, addressOf(bytes), bytes.length);
}

/**
 * connect(2); waits for so many seconds, or gives up with `-ETIMEDOUT`. With a limit, any signal interrupts it whose
 * handler would let it go on otherwise (signal(7)); called again, Linux takes up what was begun.
 */
export function connectSocket(socket: number, address: SocketAddress, seconds: number): number {
  const bytes = encodeAddress(address);
  const end = process.hrtime.bigint() + BigInt(seconds * 1e9);
  for (;;) {
    const left = (end - process.hrtime.bigint()) / 1000n;
    if (left <= 0n) return -LinuxErrno.ETIMEDOUT;
    const limited = setSendTimeout(socket, left);
    const result = limited < 0 ? limited : syscall(CONNECT, socket, addressOf(bytes), bytes.length);
    if (result === 0) return setSendTimeout(socket, 0n);
    // Errors for the end of that time: of the network first, of UNIX sockets second.
    if (result === -LinuxErrno.EINPROGRESS || result === -LinuxErrno.EAGAIN) return -LinuxErrno.ETIMEDOUT;
    if (result !== -LinuxErrno.EINTR) return result;
  }
}

/** Limits how long sending and connecting wait, in microseconds; 0 for ever. */
function setSendTimeout(socket: number, microseconds: bigint): number {
  const [level, name] = SocketOptionNames.sendTimeout;
  const interval = BigInt64Array.of(microseconds / 1_000_000n, microseconds % 1_000_000n);
  return syscall(SETSOCKOPT, socket, level, name, addressOf(interval), interval.byteLength);
}

/** listen(2). */
export function listen(socket: number, backlog: number): number {
  return syscall(LISTEN, socket, backlog);
}

/** The `struct sockaddr` of an address (ip(7), ipv6(7), unix(7)). */
export function encodeAddress(address: SocketAddress): Uint8Array {
  if (address.family === 'unix') {
    const path = Buffer.from(address.path);
    const bytes = new Uint8Array(2 + path.length + 1);
    new DataView(bytes.buffer).setUint16(0, AF_UNIX, true);
    bytes.set(path, 2);
    return bytes;
  }
  const bytes = new Uint8Array(address.family === 'ipv4' ? 16 : 28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, address.family === 'ipv4' ? AF_INET : AF_INET6, true);
  view.setUint16(2, address.port);
  bytes.set(address.host, address.family === 'ipv4' ? 4 : 8);
  return bytes;
}
