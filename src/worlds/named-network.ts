import type { CallList, Label, Slot } from '../host/processes/call-list.ts';
import { ANNOUNCED, PumpSocketKind, SPARE_PORTS } from '../host/pump/records.ts';
import { NETLINK_ERROR, NETLINK_HEADER } from '../linux/netlink.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  CMSG_HEADER_SIZE,
  ETH_P_ALL,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_FREEBIND,
  IPV6_RECVPKTINFO,
  IPV6_V6ONLY,
  MSG_NOSIGNAL,
  NETLINK_ROUTE,
  PACKET_IGNORE_OUTGOING,
  SCM_RIGHTS,
  SO_ATTACH_FILTER,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_PACKET,
  SOL_SOCKET,
} from '../linux/sockets.ts';
import { ANY_ADDRESSES, LOOPBACK_ADDRESSES } from '../network/address.ts';
import { DNS_PORT } from '../network/dns/message.ts';
import type { ServedPorts } from '../network/ports.ts';
import { RESOLVER_ADDRESS } from '../network/synthetic.ts';
import { attemptFilter } from './attempt-filter.ts';
import { LOOPBACK_INDEX, type RouteMessages, routeMessages } from './route-messages.ts';

/*
 * A network namespace in which every address leads to this machine. Sockets listen on the ports that were granted; they go
 * to the pump (host/pump), which learns from each accepted connection which address was meant.
 */

/** A network from which a pump leads to hosts outside. */
export type NamedNetwork = {
  readonly kind: 'named';
  readonly ports: ServedPorts;
  /** The socket through which the sockets go to the pump. */
  readonly out: number;
};

/** Connections that wait to be accepted; the kernel has a limit of its own (net.core.somaxconn). */
const BACKLOG = 4096;

/** Descriptors that go with one message; Linux takes no more than 253. */
const MOST_AT_ONCE = 250;

const QUIETLY = SOCK_CLOEXEC | SOCK_NONBLOCK;
const [{ bytes: IPV4_ANY }, { bytes: IPV6_ANY }] = ANY_ADDRESSES;

/** A socket of the namespace that the pump gets. */
type Served = {
  readonly family: typeof AF_INET | typeof AF_INET6;
  readonly protocol: 'tcp' | 'udp';
  readonly address: readonly number[];
  /** 0 for a spare one, which is bound when a port is granted while the program runs. */
  readonly port: number;
};

/** Adds the steps that set the network up and hand its sockets over. The descriptors are closed again. */
export function addNamedNetwork(list: CallList, { ports, out }: NamedNetwork): void {
  const { ipv4, ipv6 } = routeMessages();
  const words = 'make every address lead to this network itself';
  const netlink = list.slot('netlink socket');
  list.call(words, 'socket', [AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE], { result: netlink });
  addMessages(list, words, netlink, ipv4);
  const onlyFour = list.label();
  const served = servedSockets(ports);
  addPacketSocket(list, out);
  for (const part of parts(served.filter(({ family }) => family === AF_INET))) addSockets(list, out, part);
  // A host without IPv6 has programs without it.
  addMessages(list, words, netlink, ipv6, onlyFour);
  const sixes = parts(served.filter(({ family }) => family === AF_INET6));
  for (const part of sixes) addSockets(list, out, part, onlyFour);
  list.place(onlyFour);
  list.call(words, 'close', [netlink]);
  addHandOver(list, out, [{ kind: PumpSocketKind.end, port: 0 }]);
}

/** Adds steps that serve more ports of TCP in a network that is set up, and hand the listeners over. */
export function addListeners(list: CallList, out: number, ports: ServedPorts): void {
  const onlyFour = list.label();
  const served = grantedSockets({ ...ports, udp: [], localUdp: [] });
  for (const part of parts(served.filter(({ family }) => family === AF_INET))) addSockets(list, out, part);
  for (const part of parts(served.filter(({ family }) => family === AF_INET6)))
    addSockets(list, out, part, onlyFour);
  list.place(onlyFour);
}

/** Lists the sockets for all ports. The resolver has port 53 of its address, unless the port is granted for all. */
function servedSockets(ports: ServedPorts): readonly Served[] {
  const resolver = (protocol: 'tcp' | 'udp'): Served => ({
    family: AF_INET,
    protocol,
    address: RESOLVER_ADDRESS.bytes,
    port: DNS_PORT,
  });
  return [
    ...(ports.udp.includes(DNS_PORT) ? [] : [resolver('udp')]),
    ...(ports.tcp.includes(DNS_PORT) ? [] : [resolver('tcp')]),
    ...grantedSockets(ports),
    ...spareSockets(),
  ];
}

/** Lists sockets for ports of UDP that are granted while the program runs: the pump's filter takes no others by then. */
function spareSockets(): readonly Served[] {
  return Array.from({ length: SPARE_PORTS }, (): readonly Served[] => [
    { family: AF_INET, protocol: 'udp', address: IPV4_ANY, port: 0 },
    { family: AF_INET6, protocol: 'udp', address: IPV6_ANY, port: 0 },
  ]).flat();
}

/** Lists the sockets for the ports that rules grant. */
function grantedSockets({ tcp, udp, localTcp, localUdp }: ServedPorts): readonly Served[] {
  const both = (protocol: 'tcp' | 'udp', port: number): Served[] => [
    { family: AF_INET, protocol, address: IPV4_ANY, port },
    { family: AF_INET6, protocol, address: IPV6_ANY, port },
  ];
  const local = (protocol: 'tcp' | 'udp', port: number): Served[] => {
    const [four, six] = LOOPBACK_ADDRESSES;
    return [
      { family: AF_INET, protocol, address: four.bytes, port },
      { family: AF_INET6, protocol, address: six.bytes, port },
    ];
  };
  return [
    ...tcp.flatMap((port) => both('tcp', port)),
    ...udp.flatMap((port) => both('udp', port)),
    ...localTcp.flatMap((port) => local('tcp', port)),
    ...localUdp.flatMap((port) => local('udp', port)),
  ];
}

function parts(served: readonly Served[]): readonly (readonly Served[])[] {
  const count = Math.ceil(served.length / MOST_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    served.slice(index * MOST_AT_ONCE, (index + 1) * MOST_AT_ONCE),
  );
}

/**
 * Sends messages and reads the first answer: that to the last message, unless one before it has failed.
 *
 * @param otherwise The step that follows a failure; without it, the launch fails.
 */
function addMessages(
  list: CallList,
  words: string,
  netlink: Slot,
  { bytes, lastLength }: RouteMessages,
  otherwise?: Label,
): void {
  const outcome = otherwise === undefined ? {} : { onError: otherwise };
  const answer = list.data('netlink answer', [new Uint8Array(ANSWER)]);
  list.call(
    words,
    'sendto',
    [netlink, list.data('netlink messages', [bytes]), bytes.length, 0, 0, 0],
    outcome,
  );
  list.call(words, 'recvfrom', [netlink, answer, ANSWER, 0, 0, 0], outcome);
  // No error, in four bytes, and the length of the message that the answer repeats.
  list.compare(words, list.slotAt(answer, NETLINK_ERROR), lastLength * 2 ** 32, outcome);
}

const ANSWER = NETLINK_HEADER + 256;

/** A descriptor that goes to the pump, as `struct announced` of the pump's control.h. */
type Announced = { readonly kind: number; readonly port: number };

/** A message whose descriptors are filled in by the calls that make them. */
class HandOver {
  readonly #list: CallList;
  readonly #out: number;
  readonly #control: ReturnType<CallList['data']>;
  readonly #entries: readonly Announced[];

  constructor(list: CallList, out: number, entries: readonly Announced[]) {
    this.#list = list;
    this.#out = out;
    this.#entries = entries;
    const count = entries[0]?.kind === PumpSocketKind.end ? 0 : entries.length;
    // Results have eight bytes, and each one covers the upper half of the one before.
    const control = Buffer.alloc(CMSG_HEADER_SIZE + 4 * count + 8);
    control.writeBigUInt64LE(BigInt(CMSG_HEADER_SIZE + 4 * count), 0);
    control.writeInt32LE(SOL_SOCKET, 8);
    control.writeInt32LE(SCM_RIGHTS, 12);
    this.#control = list.data('descriptors', [control]);
  }

  /** The place of a descriptor's number. */
  slot(index: number): Slot {
    return this.#list.slotAt(this.#control, CMSG_HEADER_SIZE + 4 * index);
  }

  /** Adds the step that sends the message, and those that close the descriptors. */
  send(): void {
    const list = this.#list;
    const entries = Buffer.alloc(ANNOUNCED * this.#entries.length);
    for (const [index, { kind, port }] of this.#entries.entries()) {
      entries.writeUInt16LE(kind, ANNOUNCED * index);
      entries.writeUInt16LE(port, ANNOUNCED * index + 2);
    }
    const isEnd = this.#entries[0]?.kind === PumpSocketKind.end;
    const count = isEnd ? 0 : this.#entries.length;
    const vector = list.data('vector', [list.data('sockets', [entries]), word(entries.length)]);
    const control = isEnd ? [word(0), word(0)] : [this.#control, word(CMSG_HEADER_SIZE + 4 * count)];
    const message = list.data('message', [word(0), word(0), vector, word(1), ...control, word(0)]);
    list.call('hand the sockets to the pump', 'sendmsg', [this.#out, message, MSG_NOSIGNAL]);
    for (let index = 0; index < count; index++) list.call('close a socket', 'close', [this.slot(index)]);
  }
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function addHandOver(list: CallList, out: number, entries: readonly Announced[]): void {
  new HandOver(list, out, entries).send();
}

function kindOf({ protocol, family }: Served): number {
  if (protocol === 'tcp') return PumpSocketKind.tcp;
  return family === AF_INET ? PumpSocketKind.udp4 : PumpSocketKind.udp6;
}

/** @param otherwise The step that follows if the host has no such family. */
function addSockets(list: CallList, out: number, served: readonly Served[], otherwise?: Label): void {
  const handOver = new HandOver(
    list,
    out,
    served.map((one) => ({ kind: kindOf(one), port: one.port })),
  );
  const one = list.data('one', [Uint8Array.of(1, 0, 0, 0)]);
  for (const [index, each] of served.entries()) {
    const { family, protocol, address, port } = each;
    const six = family === AF_INET6;
    const words =
      port === 0 ? 'keep a socket for a later port' : `serve port ${port} of ${protocol.toUpperCase()}`;
    const socket = handOver.slot(index);
    const option = (level: number, name: number): void =>
      list.call(words, 'setsockopt', [socket, level, name, one, 4]);
    const type = (protocol === 'tcp' ? SOCK_STREAM : SOCK_DGRAM) | QUIETLY;
    list.call(words, 'socket', [family, type, 0], {
      result: socket,
      onError: index === 0 ? otherwise : undefined,
    });
    if (six) option(IPPROTO_IPV6, IPV6_V6ONLY);
    if (protocol === 'udp') {
      if (six) option(IPPROTO_IPV6, IPV6_FREEBIND);
      option(six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_RECVPKTINFO : IP_PKTINFO);
    }
    if (port === 0) continue;
    const bytes = Buffer.alloc(six ? 28 : 16);
    bytes.writeUInt16LE(family, 0);
    bytes.writeUInt16BE(port, 2);
    bytes.set(address, six ? 8 : 4);
    list.call(words, 'bind', [socket, list.data(`port ${port}`, [bytes]), bytes.length]);
    if (protocol === 'tcp') list.call(words, 'listen', [socket, BACKLOG]);
  }
  handOver.send();
}

/** A socket on which the pump sees attempts on ports that nothing serves, and no other packets. */
function addPacketSocket(list: CallList, out: number): void {
  const words = 'see attempts on other ports';
  const handOver = new HandOver(list, out, [{ kind: PumpSocketKind.packet, port: 0 }]);
  const socket = handOver.slot(0);
  const { bytes, instructions } = attemptFilter();
  const filter = list.data('filter of attempts', [word(instructions), list.data('instructions', [bytes])]);
  const one = list.data('one', [Uint8Array.of(1, 0, 0, 0)]);
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_ALL, 2);
  address.writeInt32LE(LOOPBACK_INDEX, 4);
  list.call(words, 'socket', [AF_PACKET, SOCK_DGRAM | QUIETLY, 0], { result: socket });
  list.call(words, 'setsockopt', [socket, SOL_SOCKET, SO_ATTACH_FILTER, filter, 16]);
  list.call(words, 'setsockopt', [socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, one, 4]);
  list.call(words, 'bind', [socket, list.data('loopback interface', [address]), address.length]);
  handOver.send();
}
