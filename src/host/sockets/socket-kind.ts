import {
  AF_ALG,
  AF_BLUETOOTH,
  AF_CAN,
  AF_NETLINK,
  AF_PACKET,
  AF_RDS,
  AF_SMC,
  AF_TIPC,
  AF_VSOCK,
  AF_XDP,
  IPPROTO_DCCP,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_MPTCP,
  IPPROTO_SCTP,
  IPPROTO_SMC,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  SOCK_RAW,
  SOCK_RDM,
  SOCK_SEQPACKET,
} from '../../linux/sockets.ts';
import { getOption, hasPeer, SocketFamily, SocketOptionNames, SocketType } from './socket-setup.ts';

/** The kind of a socket, as far as it can be granted. */
export type SocketKind = {
  readonly protocol: 'tcp' | 'udp' | 'stream' | 'datagram';
  /** Only of `tcp` and `stream`. */
  readonly listening: boolean;
  /** True if it has a peer. */
  readonly connected: boolean;
};

/** A socket of a kind that cannot be granted, with its name for messages. */
export type OtherSocket = { readonly protocol: 'other'; readonly name: string };

/** Protocols of the IP families. */
const protocols: ReadonlyMap<number, string> = new Map([
  [IPPROTO_ICMP, 'ICMP'],
  [IPPROTO_DCCP, 'DCCP'],
  [IPPROTO_ICMPV6, 'ICMPv6'],
  [IPPROTO_SCTP, 'SCTP'],
  [IPPROTO_UDPLITE, 'UDP-Lite'],
  [IPPROTO_SMC, 'SMC'],
  [IPPROTO_MPTCP, 'MPTCP'],
]);

/** Families of sockets. */
const families: ReadonlyMap<number, string> = new Map([
  [AF_NETLINK, 'netlink'],
  [AF_PACKET, 'packet'],
  [AF_RDS, 'RDS'],
  [AF_CAN, 'CAN'],
  [AF_TIPC, 'TIPC'],
  [AF_BLUETOOTH, 'Bluetooth'],
  [AF_ALG, 'cryptography (AF_ALG)'],
  [AF_VSOCK, 'VSOCK'],
  [AF_SMC, 'SMC'],
  [AF_XDP, 'XDP'],
]);

const types: ReadonlyMap<number, string> = new Map([
  [SOCK_RAW, 'raw'],
  [SOCK_RDM, 'reliable datagram'],
  [SOCK_SEQPACKET, 'sequenced packet'],
]);

/**
 * Finds out by family, type and protocol the kind of a descriptor as a socket; `undefined` if it is none.
 *
 * Only kinds are told apart of which Landlock and the filters know how they connect: TCP and UDP over IPv4 and IPv6, UNIX
 * streams and datagrams. MPTCP, for one, has the type of TCP, and no rule for ports holds it.
 */
export function socketKind(descriptor: number): SocketKind | OtherSocket | undefined {
  const type = getOption(descriptor, SocketOptionNames.type);
  if (type < 0) return undefined;
  const family = getOption(descriptor, SocketOptionNames.family);
  const protocol = getOption(descriptor, SocketOptionNames.protocol);
  const found = protocolOf(family, type, protocol);
  if (found === undefined) return { protocol: 'other', name: nameOf(family, type, protocol) };
  const streams = found === 'tcp' || found === 'stream';
  const listening = streams && getOption(descriptor, SocketOptionNames.listens) === 1;
  return { protocol: found, listening, connected: hasPeer(descriptor) };
}

function protocolOf(family: number, type: number, protocol: number): SocketKind['protocol'] | undefined {
  if (family === SocketFamily.unix) {
    if (type === SocketType.stream) return 'stream';
    return type === SocketType.datagram ? 'datagram' : undefined;
  }
  if (family !== SocketFamily.ipv4 && family !== SocketFamily.ipv6) return undefined;
  if (type === SocketType.stream && protocol === IPPROTO_TCP) return 'tcp';
  return type === SocketType.datagram && protocol === IPPROTO_UDP ? 'udp' : undefined;
}

function nameOf(family: number, type: number, protocol: number): string {
  if (family === SocketFamily.ipv4 || family === SocketFamily.ipv6)
    return protocols.get(protocol) ?? types.get(type) ?? `IP protocol ${protocol}`;
  if (family === SocketFamily.unix) return `UNIX ${types.get(type) ?? `type ${type}`}`;
  return families.get(family) ?? `family ${family}`;
}
