import { F_GETFD, F_SETFD } from '../linux/fcntl.ts';
import { FIOCLEX, FIONBIO } from '../linux/ioctl.ts';
import {
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
} from '../linux/sockets.ts';
import type { CallRule } from './allow-list.ts';

/** Socket options that change how a connection of the program's own behaves, and nothing about its peer or address. */
const options: readonly (readonly [level: number, names: readonly number[]])[] = [
  [SOL_SOCKET, [SO_REUSEADDR, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_LINGER]],
  [IPPROTO_TCP, [TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT]],
];

/**
 * System calls that Node's streams make on sockets that the process has. They change nothing about peers and addresses.
 */
export const nodeStreamCalls: readonly CallRule[] = [
  { call: 'epoll_create1' },
  { call: 'eventfd2' },
  { call: 'pipe2' },
  { call: 'getsockname' },
  { call: 'getpeername' },
  { call: 'getsockopt' },
  { call: 'ioctl', when: [{ argument: 1, is: 'one of', values: [FIONBIO, FIOCLEX] }] },
  { call: 'fcntl', when: [{ argument: 1, is: 'one of', values: [F_GETFD, F_SETFD] }] },
  ...options.map(
    ([level, names]): CallRule => ({
      call: 'setsockopt',
      when: [
        { argument: 1, is: 'equal', value: level },
        { argument: 2, is: 'one of', values: names },
      ],
    }),
  ),
];
