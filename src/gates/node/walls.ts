import { Filetype } from '../../abi/generated/constants.ts';
import type { Descriptor } from '../../kernel/descriptors.ts';
import { R, RH } from '../../kernel/rights.ts';
import { F_GETFL, F_SETFL } from '../../linux/fcntl.ts';
import { O_NONBLOCK, O_RDWR } from '../../linux/open-flags.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_RECVERR,
  IPV6_V6ONLY,
  MSG_FASTOPEN,
  MSG_OOB,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from '../../linux/sockets.ts';
import type { SystemCall } from '../../linux/system-calls.ts';
import type { CallRule } from '../../walls/allow-list.ts';
import type { ArgumentTest } from '../../walls/argument-test.ts';
import { confine, isAppendOnly, type Mechanism } from '../../walls/confinement.ts';
import { nodeStreamCalls } from '../../walls/stream-calls.ts';

/**
 * System calls that Node's event loop makes besides those of every program. They act on descriptors that the process has,
 * or make such as are connected with nothing but themselves.
 */
function eventLoopCalls(descriptors: readonly Descriptor[]): CallRule[] {
  const listeners = descriptors.filter(({ base }) => (base.high & RH.sockAccept) !== 0);
  return [
    ...nodeStreamCalls,
    { call: 'getcwd' },
    { call: 'kill', when: [{ argument: 0, is: 'equal', value: process.pid }] },
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

/** The kinds of sockets that a program with a network makes. Flags may be set beside them. */
const KINDS = ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
const socketsOf = (family: number, type: number): CallRule => ({
  call: 'socket',
  when: [
    { argument: 0, is: 'equal', value: family },
    { argument: 1, is: 'masked', mask: KINDS, value: type },
    { argument: 2, is: 'one of', values: [0, IPPROTO_TCP, IPPROTO_UDP] },
  ],
});

/** Urgent data, and connecting by sending, are for no program. */
const noUrgent = (argument: number): ArgumentTest => ({
  argument,
  is: 'masked',
  mask: MSG_OOB | MSG_FASTOPEN,
  value: 0,
});

/**
 * System calls of Node and the C library on sockets of a network of the program's own, in which every address leads to the
 * pump. The plan grants no socket of another network beside it (plan/served-network.ts): its address could be changed.
 */
const fixedNetworkCalls: readonly CallRule[] = [
  ...[AF_INET, AF_INET6].flatMap((family) =>
    [SOCK_STREAM, SOCK_DGRAM].map((type) => socketsOf(family, type)),
  ),
  { call: 'accept4' },
  { call: 'shutdown' },
  { call: 'getsockopt' },
  { call: 'sendto', when: [noUrgent(3)] },
  { call: 'sendmsg', when: [noUrgent(2)] },
  { call: 'sendmmsg', when: [noUrgent(3)] },
  { call: 'recvfrom', when: [noUrgent(3)] },
  { call: 'recvmsg', when: [noUrgent(2)] },
  { call: 'recvmmsg', when: [noUrgent(3)] },
  ...[
    { level: IPPROTO_IPV6, names: [IPV6_V6ONLY, IPV6_RECVERR] },
    { level: IPPROTO_IP, names: [IP_RECVERR] },
  ].map(
    ({ level, names }): CallRule => ({
      call: 'setsockopt',
      when: [
        { argument: 1, is: 'equal', value: level },
        { argument: 2, is: 'one of', values: names },
      ],
    }),
  ),
];

/**
 * The same with the call by which resolvers make their sockets answer at once. It must not reach descriptors that were
 * granted without the right to set flags: it would take the append mode of a file, or what others share of a pipe.
 *
 * @param keep Host descriptors besides: standard streams are copies of granted descriptors.
 */
function networkCalls(descriptors: readonly Descriptor[], keep: readonly number[]): CallRule[] {
  const fixed = descriptors.filter(
    (descriptor) =>
      isAppendOnly(descriptor) ||
      (!harmless.has(descriptor.type) && (descriptor.base.low & R.fd_stat_put_flags) === 0),
  );
  // Streams that were granted belong to the network of this host, with its abstract names: one without a name must get
  // none. Each has a peer, or a name and listens (isSteerable of plan/linux/sockets.ts), so that the kernel refuses to connect
  // it, and a listener stays where it is: their numbers may be those of other sockets once they are closed.
  const unnamed = descriptors
    .filter(({ type, base }) => socketTypes.has(type) && (base.high & RH.sockAccept) === 0)
    .map(({ host }) => host);
  const notOurs = [{ argument: 0, is: 'none of', values: keep }] as const;
  const named = [{ argument: 0, is: 'none of', values: [...unnamed, ...keep] }] as const;
  return [
    ...fixedNetworkCalls,
    { call: 'connect', when: notOurs },
    { call: 'bind', when: named },
    { call: 'listen', when: notOurs },
    { call: 'fcntl', when: [{ argument: 1, is: 'equal', value: F_GETFL }] },
    {
      call: 'fcntl',
      when: [
        { argument: 1, is: 'equal', value: F_SETFL },
        { argument: 2, is: 'equal', value: O_RDWR | O_NONBLOCK },
        { argument: 0, is: 'none of', values: [...fixed.map(({ host }) => host), ...keep] },
      ],
    },
  ];
}

/** Types of sockets. */
const socketTypes: ReadonlySet<Filetype> = new Set([Filetype.socket_stream, Filetype.socket_dgram]);

/** Types for which it makes no difference whether they answer at once. */
const harmless: ReadonlySet<Filetype> = new Set([Filetype.directory, Filetype.regular_file]);

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

/** System calls of Node in a new thread: from version 26 on, it aborts where the kernel does not say its name. */
const threadCalls: readonly CallRule[] = [{ call: 'uname' }];

/** System calls of `os.userInfo()` and the C library that asks for it: the path of their socket is the only one of its world. */
const libraryCalls: readonly CallRule[] = [socketsOf(AF_UNIX, SOCK_STREAM), { call: 'geteuid' }];

/** The things that the walls leave a program in JavaScript. */
export type NodeWalls = {
  readonly descriptors: readonly Descriptor[];
  /** Host descriptors of ours that stay open. */
  readonly keep: readonly number[];
  readonly accepted: readonly Mechanism[];
  /** True when it may start threads, which are behind the same walls. */
  readonly threads: boolean;
  /** True when its process has a network of its own that leads to hosts: it may make and connect sockets there. */
  readonly network: boolean;
  /** True when its C library asks services, by UNIX sockets that it connects in its own world. */
  readonly asksServices: boolean;
  /** True when it has channels to services, through which it may send descriptors that it has. */
  readonly channels: boolean;
  /** True when it serves channels, of which it opens more. */
  readonly serves: boolean;
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
export function raiseWalls({
  descriptors,
  keep,
  accepted,
  threads,
  network,
  asksServices,
  channels,
  serves,
  watch,
}: NodeWalls): void {
  confine({
    descriptors,
    keep: [...keep, ...(watch?.keep ?? [])],
    accepted,
    calls: new Set([
      ...(threads ? ['thread_create'] : []),
      ...(channels ? ['sock_recv', 'sock_send'] : []),
      ...(serves ? ['fd_create2'] : []),
    ]),
    eventLoop: [
      ...eventLoopCalls(descriptors),
      ...(threads ? threadCalls : []),
      ...(network ? networkCalls(descriptors, keep) : []),
      ...(asksServices ? libraryCalls : []),
      ...(watch?.calls ?? []),
    ],
    network,
    ...(watch !== undefined && { trap: { silent: watch.silent } }),
  });
  watch?.start();
}
