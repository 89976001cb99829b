import { IPPROTO_TCP, IPPROTO_UDP } from '../../linux/sockets.ts';

/*
 * The records between the broker and its pump (state.h): a head of 64 bytes in the byte order of the machine, and the
 * bytes of a datagram behind some of them.
 */

/** Bytes of a head, and the most behind it. */
export const RECORD = 64;
export const MOST_PAYLOAD = 2048;

/** The most sockets of a namespace that a pump takes. */
export const MOST_SOCKETS = 2100;

/** The ports of UDP that can be granted while a program runs: a namespace has so many spare sockets of each family. */
export const SPARE_PORTS = 8;

/** Bytes of the announcement of a socket: its kind and its port, two bytes each (`struct announced` of control.h). */
export const ANNOUNCED = 8;

/** The most connections that a pump leads at once, and the most flows of datagrams. */
export const MOST_CONNECTIONS = 16_384;
export const MOST_FLOWS = 4096;

/** Kinds of sockets, as they are announced to a pump. */
export const PumpSocketKind = { end: 0, tcp: 1, udp4: 2, udp6: 3, packet: 4 } as const;

/** The source of an attempt and its target; addresses have 4 or 16 bytes. */
export type Endpoints = {
  readonly protocol: 'tcp' | 'udp';
  readonly source: { readonly address: Uint8Array; readonly port: number };
  readonly target: { readonly address: Uint8Array; readonly port: number };
};

/** The name of a connection, or of a flow of datagrams, for as long as it lives. */
export type PumpId = {
  readonly protocol: 'tcp' | 'udp';
  readonly index: number;
  readonly generation: number;
};

/** The limits that a pump holds, by their number in reports. */
const limits = ['', 'at once', 'per second', 'speed', 'total', 'room'] as const;

/** A limit that was reached: those of `PumpLimits`, or `room` when there is none for further connections. */
export type ReachedLimit = 'at once' | 'per second' | 'speed' | 'total' | 'room';

/** The reports of a pump. */
export type PumpReport =
  /** It has its sockets and its filter. */
  | { readonly kind: 'ready'; readonly sockets: number }
  /** A connection was accepted, or a first datagram has come: it waits for a verdict. */
  | { readonly kind: 'accepted'; readonly id: PumpId; readonly ends: Endpoints }
  /** The socket that it was handed could not be connected, and it waits for another. */
  | { readonly kind: 'failed'; readonly id: PumpId; readonly errno: number }
  /** It has ended: bytes that the program sent, and those that it received. */
  | { readonly kind: 'closed'; readonly id: PumpId; readonly sent: number; readonly received: number }
  /** A datagram to the resolver. `socket` is for the answer. */
  | {
      readonly kind: 'datagram';
      readonly socket: number;
      readonly ends: Endpoints;
      readonly payload: Uint8Array;
    }
  /** The kernel has refused an attempt on a port that nothing serves. */
  | { readonly kind: 'refused'; readonly ends: Endpoints }
  | { readonly kind: 'limit'; readonly limit: ReachedLimit }
  /** A connection that was joined has this name and waits for its other socket, or there was no room for it. */
  | { readonly kind: 'joined'; readonly number: number; readonly id: PumpId }
  | { readonly kind: 'not joined'; readonly number: number };

/** Limits of all connections together; 0 for none. */
export type PumpLimits = {
  readonly connectionsAtOnce: number;
  readonly connectionsPerSecond: number;
  /** Bytes in both directions. */
  readonly bytesPerSecond: number;
  readonly bytes: number;
};

const From = {
  ready: 1,
  accepted: 2,
  failed: 4,
  closed: 5,
  flow: 6,
  datagram: 7,
  refused: 8,
  limit: 9,
  joined: 10,
  notJoined: 11,
} as const;

/** Kinds of records to a pump. */
export const To = {
  dial: 1,
  refuse: 2,
  kill: 3,
  datagram: 4,
  limits: 5,
  resolver: 6,
  listen: 7,
  serve: 8,
  join: 9,
} as const;

const At = {
  kind: 0,
  payload: 2,
  index: 4,
  generation: 8,
  value: 12,
  family: 16,
  protocol: 17,
  sourcePort: 18,
  targetPort: 20,
  source: 24,
  target: 40,
} as const;

const IPV4 = 4;
const IPV6 = 6;

/**
 * Reads the reports that have come.
 *
 * @param bytes All that was not read yet.
 * @returns The reports, and the number of bytes that they took.
 * @throws RangeError for bytes that no pump of ours writes.
 */
export function readReports(bytes: Buffer): { readonly reports: PumpReport[]; readonly length: number } {
  const reports: PumpReport[] = [];
  let at = 0;
  while (at + RECORD <= bytes.length) {
    const payload = bytes.readUInt16LE(at + At.payload);
    if (payload > MOST_PAYLOAD) throw new RangeError('A record of the pump is too long');
    if (at + RECORD + payload > bytes.length) break;
    reports.push(readReport(bytes.subarray(at, at + RECORD + payload)));
    at += RECORD + payload;
  }
  return { reports, length: at };
}

function readReport(bytes: Buffer): PumpReport {
  const kind = bytes.readUInt16LE(At.kind);
  const value = bytes.readInt32LE(At.value);
  switch (kind) {
    case From.ready:
      return { kind: 'ready', sockets: value };
    case From.accepted:
    case From.flow:
      return { kind: 'accepted', id: idOf(bytes), ends: endsOf(bytes) };
    case From.failed:
      return { kind: 'failed', id: idOf(bytes), errno: value };
    case From.closed: {
      const sent = Number(bytes.readBigUInt64LE(At.source));
      return {
        kind: 'closed',
        id: idOf(bytes),
        sent,
        received: Number(bytes.readBigUInt64LE(At.source + 8)),
      };
    }
    case From.datagram:
      return {
        kind: 'datagram',
        socket: value,
        ends: endsOf(bytes),
        payload: Uint8Array.from(bytes.subarray(RECORD)),
      };
    case From.refused:
      return { kind: 'refused', ends: endsOf(bytes) };
    case From.joined:
      return { kind: 'joined', number: value, id: idOf(bytes) };
    case From.notJoined:
      return { kind: 'not joined', number: value };
    case From.limit: {
      const limit = limits[value];
      if (limit !== undefined && limit !== '') return { kind: 'limit', limit };
    }
  }
  throw new RangeError(`The pump sent a record of unknown kind ${kind}`);
}

function protocolOf(bytes: Buffer): 'tcp' | 'udp' {
  return bytes[At.protocol] === IPPROTO_UDP ? 'udp' : 'tcp';
}

function idOf(bytes: Buffer): PumpId {
  return {
    protocol: protocolOf(bytes),
    index: bytes.readUInt32LE(At.index),
    generation: bytes.readUInt32LE(At.generation),
  };
}

function endsOf(bytes: Buffer): Endpoints {
  const length = bytes[At.family] === IPV6 ? 16 : 4;
  const address = (at: number): Uint8Array => Uint8Array.from(bytes.subarray(at, at + length));
  return {
    protocol: protocolOf(bytes),
    source: { address: address(At.source), port: bytes.readUInt16LE(At.sourcePort) },
    target: { address: address(At.target), port: bytes.readUInt16LE(At.targetPort) },
  };
}

/** A verdict: `dial` goes with a socket, `refuse` and `kill` reset the connection. */
export function writeVerdict(kind: 'dial' | 'refuse' | 'kill', id: PumpId): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt16LE(To[kind], At.kind);
  bytes.writeUInt32LE(id.index, At.index);
  bytes.writeUInt32LE(id.generation, At.generation);
  bytes[At.protocol] = id.protocol === 'udp' ? IPPROTO_UDP : IPPROTO_TCP;
  return bytes;
}

/** The answer to a `datagram`: it goes back to its source, from the address that was meant. */
export function writeDatagram(socket: number, { source, target }: Endpoints, payload: Uint8Array): Buffer {
  if (payload.length > MOST_PAYLOAD) throw new RangeError('A datagram is too long for a record');
  const bytes = Buffer.alloc(RECORD + payload.length);
  bytes.writeUInt16LE(To.datagram, At.kind);
  bytes.writeUInt16LE(payload.length, At.payload);
  bytes.writeInt32LE(socket, At.value);
  bytes[At.family] = source.address.length === 16 ? IPV6 : IPV4;
  bytes[At.protocol] = IPPROTO_UDP;
  bytes.writeUInt16LE(source.port, At.sourcePort);
  bytes.writeUInt16LE(target.port, At.targetPort);
  bytes.set(source.address, At.source);
  bytes.set(target.address, At.target);
  bytes.set(payload, RECORD);
  return bytes;
}

/** Sets the limits, for all that follows. */
export function writeLimits(wanted: PumpLimits): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt16LE(To.limits, At.kind);
  bytes.writeUInt32LE(wanted.connectionsAtOnce, At.index);
  bytes.writeUInt32LE(wanted.connectionsPerSecond, At.generation);
  bytes.writeBigUInt64LE(BigInt(wanted.bytesPerSecond), At.source);
  bytes.writeBigUInt64LE(BigInt(wanted.bytes), At.source + 8);
  return bytes;
}

/** Names the IPv4 address whose port 53 for datagrams is the broker's own. */
export function writeResolver(address: Uint8Array): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt16LE(To.resolver, At.kind);
  bytes.set(address, At.target);
  return bytes;
}

/** Adds a listener of the namespace, which goes with it. */
export function writeListen(port: number): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt16LE(To.listen, At.kind);
  bytes.writeUInt16LE(port, At.targetPort);
  return bytes;
}

/** Names the port of a spare socket for datagrams, which is bound after this is sent. `socket` is its number in the pump. */
export function writeServe(socket: number, port: number): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt16LE(To.serve, At.kind);
  bytes.writeInt32LE(socket, At.value);
  bytes.writeUInt16LE(port, At.targetPort);
  return bytes;
}

/**
 * Gives the program's side of a connection, which goes with it. The report to it has its `number`. The side of a flow of
 * datagrams is a socket that keeps the bounds of datagrams, such as one of type SOCK_SEQPACKET.
 */
export function writeJoin(number: number, protocol: PumpId['protocol']): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeUInt16LE(To.join, At.kind);
  bytes[At.protocol] = protocol === 'udp' ? IPPROTO_UDP : IPPROTO_TCP;
  bytes.writeInt32LE(number, At.value);
  return bytes;
}
