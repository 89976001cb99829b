import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MSG_FASTOPEN,
  MSG_OOB,
  NETLINK_ROUTE,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOCK_TYPE_MASK,
  TCP_ULP,
} from '../linux/sockets.ts';
import type { SystemCall } from '../linux/system-calls.ts';
import { DNS_PORT } from '../network/dns/message.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import type { FilterRule } from '../walls/call-filter.ts';
import { landlockReach } from './landlock-domain.ts';
import { allow, refuse } from './rule.ts';
import type { World, WorldNetwork } from './world.ts';

/*
 * Rules for the sockets that a program makes, and for those that it has. Landlock asks bind(2) and connect(2) for the
 * ports of TCP; sending and listening do without both, so that the filter withholds their uses that reach further.
 */

/** Bytes of `struct sockaddr_nl`, with which netlink sockets are bound; addresses of TCP are longer. */
const NETLINK_ADDRESS = 12;

/** The facts that the rules depend on. */
export type SocketDemands = Pick<World, 'network' | 'walls' | 'handed'>;

const masked = (argument: number, value: number, mask = -1): ArgumentTest => ({
  argument,
  is: 'masked',
  mask,
  value,
});
/** Descriptors, families and flags are ints: the kernel looks at their low half alone. */
const int = (argument: number, value: number): ArgumentTest => masked(argument, value);
const ofType = (type: number): ArgumentTest => masked(1, type, SOCK_TYPE_MASK);

const sends: readonly (readonly [call: SystemCall, flags: number])[] = [
  ['sendto', 3],
  ['sendmsg', 2],
  ['sendmmsg', 3],
];

const receives: readonly (readonly [call: SystemCall, flags: number])[] = [
  ['recvfrom', 3],
  ['recvmsg', 2],
  ['recvmmsg', 3],
];

/** Tells whether the network is the host's, with all of its ports. */
function hasWholeNetwork(network: WorldNetwork): boolean {
  return network.kind === 'host' && network.connect === undefined && network.bind === undefined;
}

/**
 * Tells whether datagrams can be sent, by which names are looked up. Their ports cannot be told apart, so that a grant
 * with limited connections has to name that port by number, or has none.
 */
export function mayLookUpNames(network: WorldNetwork): boolean {
  return network.kind === 'host' && (network.connect === undefined || network.connect.includes(DNS_PORT));
}

/**
 * Tells whether listen(2) has no effect. A socket that is not bound gets a port of the kernel's choice by it, which no
 * rule for bind(2) sees; the filter cannot tell which sockets are bound, and numbers of descriptors can be exchanged. So
 * it is withheld altogether where a socket of the host's network could be made to listen on a port that is not granted:
 * one that was handed over (connect(2) with AF_UNSPEC dissolves its connection), or any where no port is granted.
 */
export function withholdsListening({ network, walls, handed = 'none' }: SocketDemands): boolean {
  if (network.kind === 'host') return network.bind?.length === 0;
  return handed !== 'none' || walls === 'landlock';
}

/**
 * The rules for calls on sockets, which come before those for normal calls.
 *
 * @param holdsPorts True if the host's Landlock holds ports of TCP (Linux 6.7).
 */
export function socketRules(
  demands: SocketDemands,
  holdsPorts: boolean = landlockReach().network,
): FilterRule[] {
  const { network, handed = 'none' } = demands;
  // Else Landlock lets a socket that was handed over connect to nothing.
  const connects = holdsPorts || handed === 'none' || network.kind === 'host';
  return [
    ...makingRules(demands),
    ...(connects ? [] : [refuse('connect', 'EACCES')]),
    ...listeningRules(demands),
    ...sendingRules(demands),
    ...(hasWholeNetwork(network)
      ? []
      : [
          {
            call: 'setsockopt',
            when: [int(1, IPPROTO_TCP), int(2, TCP_ULP)],
            answer: 'ENOPROTOOPT',
          } as const,
        ]),
    ...pairRules(demands),
  ];
}

const internet = [AF_INET, AF_INET6] as const;

/** UDP over both families. */
function datagrams(): readonly FilterRule[] {
  const values = [0, IPPROTO_UDP];
  return internet.map((family) =>
    allow('socket', int(0, family), ofType(SOCK_DGRAM), { argument: 2, is: 'one of', values }),
  );
}

/** TCP over both families. */
function streams(): readonly FilterRule[] {
  return internet.flatMap((family) =>
    [0, IPPROTO_TCP].map((protocol) =>
      allow('socket', int(0, family), ofType(SOCK_STREAM), int(2, protocol)),
    ),
  );
}

/**
 * The answers for sockets of other protocols and families, as of a kernel without them: clients of MPTCP and SCTP go on
 * with TCP then.
 */
const otherKinds: readonly FilterRule[] = [
  ...internet.flatMap((family): FilterRule[] => [
    { call: 'socket', when: [int(0, family), ofType(SOCK_STREAM)], answer: 'EPROTONOSUPPORT' },
    { call: 'socket', when: [int(0, family), ofType(SOCK_DGRAM)], answer: 'EPROTONOSUPPORT' },
    { call: 'socket', when: [int(0, family)], answer: 'EPERM' },
  ]),
  refuse('socket', 'EAFNOSUPPORT'),
];

function makingRules({ network, walls }: SocketDemands): FilterRule[] {
  // Without a network namespace, a socket of any kind would be one in the host's network or to the host's services.
  if (walls === 'landlock' && network.kind !== 'host') return [refuse('socket', 'EACCES')];
  const netlink = allow('socket', int(0, AF_NETLINK), int(2, NETLINK_ROUTE));
  // Landlock does not look at the paths of sockets: all services of the host would be there.
  const unix = walls === 'landlock' ? [] : [AF_UNIX];
  if (network.kind === 'named')
    return [
      ...unix.map((family) => allow('socket', int(0, family))),
      ...streams(),
      ...datagrams(),
      netlink,
      ...otherKinds,
    ];
  if (network.kind !== 'host' || hasWholeNetwork(network)) {
    const families = [...unix, AF_INET, AF_INET6].map((family) => allow('socket', int(0, family)));
    return [...families, netlink, refuse('socket', 'EAFNOSUPPORT')];
  }
  // Landlock knows the ports of TCP alone.
  return [
    ...unix.map((family) => allow('socket', int(0, family))),
    ...streams(),
    ...(mayLookUpNames(network) ? datagrams() : []),
    netlink,
    refuse('socket', 'EACCES'),
  ];
}

function listeningRules(demands: SocketDemands): FilterRule[] {
  if (!withholdsListening(demands)) return [];
  const { handed, walls, network } = demands;
  // Servers listen once more with the socket that they were handed, or with a duplicate: it listens already.
  const again = handed === 'listeners' || (walls === 'landlock' && network.kind !== 'host');
  const listen = refuse('listen', again ? 'pretend' : 'EACCES');
  // So that no socket of the program's own only seems to listen, it cannot be bound.
  return again ? [listen, allow('bind', int(2, NETLINK_ADDRESS)), refuse('bind', 'EACCES')] : [listen];
}

function sendingRules(demands: SocketDemands): FilterRule[] {
  const { network } = demands;
  // Only UNIX sockets and those that were handed over are of use then.
  const urgent = network.kind === 'host' ? [] : [...sends, ...receives];
  return [
    ...urgent.map(
      ([call, flags]): FilterRule => ({
        call,
        when: [masked(flags, MSG_OOB, MSG_OOB)],
        answer: 'EOPNOTSUPP',
      }),
    ),
    ...sendRules(demands),
  ];
}

function sendRules({ network, walls }: SocketDemands): FilterRule[] {
  // Only to the peer: an address would lead to any service of the host, and a header lies where no filter looks.
  if (walls === 'landlock' && network.kind !== 'host')
    return [allow('sendto', { argument: 4, is: 'equal', value: 0 }, masked(3, 0, MSG_FASTOPEN))];
  if (hasWholeNetwork(network)) return sends.map(([call]) => allow(call));
  return [
    ...sends.map(([call, flags]) => allow(call, masked(flags, 0, MSG_FASTOPEN))),
    // As where the administrator has switched it off: programs connect first then.
    ...sends.map(([call]) => refuse(call, 'EOPNOTSUPP')),
  ];
}

/** Pairs of UNIX sockets are connected with nothing but each other; other families make more than that. */
function pairRules({ walls }: SocketDemands): FilterRule[] {
  // A datagram socket that has a peer can still be connected to another, by a path that Landlock does not look at.
  const types =
    walls === 'landlock' ? [SOCK_STREAM, SOCK_SEQPACKET] : [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET];
  return [
    ...types.map((type) => allow('socketpair', int(0, AF_UNIX), ofType(type))),
    refuse('socketpair', walls === 'landlock' ? 'EPERM' : 'EAFNOSUPPORT'),
  ];
}
