import type { Descriptor } from '../../kernel/descriptors.ts';
import { RH } from '../../kernel/rights.ts';
import { F_GETFD, F_SETFD } from '../../linux/fcntl.ts';
import { FIOCLEX, FIONBIO } from '../../linux/ioctl.ts';
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
} from '../../linux/sockets.ts';
import type { SystemCall } from '../../linux/system-calls.ts';
import type { CallRule } from '../../walls/allow-list.ts';
import { confine, type Mechanism } from '../../walls/confinement.ts';

/** Socket options that change how a connection of the program's own behaves, and nothing about its peer or address. */
const options: readonly (readonly [level: number, names: readonly number[]])[] = [
  [SOL_SOCKET, [SO_REUSEADDR, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_LINGER]],
  [IPPROTO_TCP, [TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT]],
];

/**
 * System calls that Node's event loop makes besides those of every program. They act on descriptors that the process has,
 * or make such as are connected with nothing but themselves.
 */
function eventLoopCalls(descriptors: readonly Descriptor[]): CallRule[] {
  const listeners = descriptors.filter(({ base }) => (base.high & RH.sockAccept) !== 0);
  return [
    { call: 'epoll_create1' },
    { call: 'eventfd2' },
    { call: 'pipe2' },
    { call: 'getcwd' },
    { call: 'getsockname' },
    { call: 'getpeername' },
    { call: 'getsockopt' },
    { call: 'ioctl', when: [{ argument: 1, is: 'one of', values: [FIONBIO, FIOCLEX] }] },
    { call: 'fcntl', when: [{ argument: 1, is: 'one of', values: [F_GETFD, F_SETFD] }] },
    { call: 'kill', when: [{ argument: 0, is: 'equal', value: process.pid }] },
    ...options.map(
      ([level, names]): CallRule => ({
        call: 'setsockopt',
        when: [
          { argument: 1, is: 'equal', value: level },
          { argument: 2, is: 'one of', values: names },
        ],
      }),
    ),
    ...(listeners.length > 0
      ? [
          {
            // They listen already; one that was closed by shutdown(2) would do so again, at another port.
            call: 'listen',
            when: [{ argument: 0, is: 'one of', values: listeners.map(({ host }) => host) }],
            answer: 'pretend',
          } as const,
        ]
      : []),
  ];
}

/** A watch over refused system calls (refusals.ts). */
export type CallWatch = {
  /** Host descriptors that it needs. */
  readonly keep: readonly number[];
  /** Calls that it needs to take notes. */
  readonly calls: readonly CallRule[];
  /** Calls whose refusal cannot be heard. */
  readonly silent: readonly SystemCall[];
  /** Begins, once the walls are up. */
  start(): void;
};

/** The things that the walls leave a program in JavaScript. */
export type NodeWalls = {
  readonly descriptors: readonly Descriptor[];
  /** Host descriptors of ours that stay open. */
  readonly keep: readonly number[];
  readonly accepted: readonly Mechanism[];
  /** True when it may start threads, which are behind the same walls. */
  readonly threads: boolean;
  /** Without it, refused calls answer EPERM and are not reported. */
  readonly watch?: CallWatch | undefined;
};

/**
 * Puts this process into capability mode with its event loop alive.
 *
 * Precondition: the event loop has started its threads; without `threads`, there will be no more.
 *
 * @throws MissingMechanismError, before anything has changed.
 * @throws SystemError when a mechanism fails half-way; the process must then end.
 */
export function raiseWalls({ descriptors, keep, accepted, threads, watch }: NodeWalls): void {
  confine({
    descriptors,
    keep: [...keep, ...(watch?.keep ?? [])],
    accepted,
    ...(threads && { calls: new Set(['thread_create']) }),
    eventLoop: [...eventLoopCalls(descriptors), ...(watch?.calls ?? [])],
    ...(watch !== undefined && { trap: { silent: watch.silent } }),
  });
  watch?.start();
}
