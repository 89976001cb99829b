import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../linux/sockets.ts';
import type { IpAddress } from '../../network/address.ts';
import { bitsOf, contains, containsPrefix, type Prefix } from '../../network/prefix.ts';
import { includesPort, type PortRange } from '../../network/rule.ts';

/** The families of addresses. */
export const socketFamilies = ['ipv4', 'ipv6'] as const;

/** The types of sockets. */
export const socketTypes = ['raw', 'datagram'] as const;

/** The uses of a socket. */
export const socketUses = ['send', 'receive'] as const;

/** A protocol over IP by its name. */
export const protocolNames = ['icmp', 'icmpv6', 'udp', 'tcp'] as const;

/** A use of a socket. */
export type PacketUse = (typeof socketUses)[number];

/** The sockets that one item of a grant allows. A part that is `undefined` restricts nothing. */
export type PacketGrant = {
  readonly family: (typeof socketFamilies)[number];
  readonly type: (typeof socketTypes)[number];
  readonly protocol: (typeof protocolNames)[number];
  readonly uses: readonly PacketUse[];
  /** The peers that packets go to and come from. */
  readonly peers: readonly Prefix[] | undefined;
  /** The ports of peers, of UDP. */
  readonly ports: readonly PortRange[] | undefined;
  /** The ports of this host that a socket is bound to, of UDP; by default none but those that the kernel chooses. */
  readonly localPorts: readonly PortRange[];
};

/** A socket as a client asks for it. */
export type SocketRequest = Pick<PacketGrant, 'family' | 'type' | 'protocol' | 'uses'> & {
  readonly peer: IpAddress | undefined;
  readonly port: number | undefined;
  readonly localPort: number | undefined;
  /** Routers that a packet passes, at most; `undefined` for the host's own number. */
  readonly ttl: number | undefined;
};

/** Gives the number of a protocol (RFC 5237). */
export function protocolNumber(name: PacketGrant['protocol']): number {
  return { icmp: IPPROTO_ICMP, icmpv6: IPPROTO_ICMPV6, udp: IPPROTO_UDP, tcp: IPPROTO_TCP }[name];
}

/** Tells whether an item of a grant allows all that another one does. */
export function coversSocket(outer: PacketGrant, inner: PacketGrant): boolean {
  return (
    outer.family === inner.family &&
    outer.type === inner.type &&
    outer.protocol === inner.protocol &&
    inner.uses.every((use) => outer.uses.includes(use)) &&
    (outer.peers === undefined ||
      (inner.peers?.every((one) => outer.peers?.some((each) => coversPeers(each, one))) ?? false)) &&
    (outer.ports === undefined ||
      (inner.ports?.every((one) => coversPorts(outer.ports ?? [], one)) ?? false)) &&
    inner.localPorts.every((one) => coversPorts(outer.localPorts, one))
  );
}

/** Tells whether an item of a grant allows a socket. */
export function allowsSocket(
  grant: PacketGrant,
  { peer, port, localPort, ...asked }: SocketRequest,
): boolean {
  const { family, type, protocol, uses } = asked;
  const peers = peer === undefined ? grant.peers : [{ address: peer, bits: bitsOf(peer) }];
  const ports = port === undefined ? grant.ports : [{ first: port, last: port }];
  const localPorts = localPort === undefined ? [] : [{ first: localPort, last: localPort }];
  return coversSocket(grant, { family, type, protocol, uses, peers, ports, localPorts });
}

/** Tells whether a packet of a sender goes to the holder of a socket that has no single peer. */
export function allowsSender({ peers, ports }: PacketGrant, sender: IpAddress, port: number): boolean {
  return (
    (peers?.some((one) => contains(one, sender)) ?? true) &&
    (ports === undefined || includesPort(ports, port))
  );
}

function coversPeers(outer: Prefix, inner: Prefix): boolean {
  return outer.address.family === inner.address.family && containsPrefix(outer, inner);
}

function coversPorts(outer: readonly PortRange[], inner: PortRange): boolean {
  return outer.some(({ first, last }) => first <= inner.first && inner.last <= last);
}
