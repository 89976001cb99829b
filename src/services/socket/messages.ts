import { formatAddress, parseAddress } from '../../network/address.ts';
import { MAX_PORT } from '../../network/rule.ts';
import {
  choiceShape,
  integerShape,
  listShape,
  optionalShape,
  recordShape,
  ShapeError,
  textShape,
} from '../shape.ts';
import type { Wire } from '../wire.ts';
import {
  protocolNames,
  type SocketRequest,
  socketFamilies,
  socketTypes,
  socketUses,
} from './socket-grant.ts';

/** Routers that a packet passes, at most (RFC 791, RFC 8200). */
const MAX_TTL = 255;

const port = integerShape(1, MAX_PORT);

/** The parts of a request for a socket, as clients write them. */
export const requestFields = {
  family: choiceShape(socketFamilies),
  type: choiceShape(socketTypes),
  protocol: choiceShape(protocolNames),
  access: optionalShape(listShape(choiceShape(socketUses), socketUses.length)),
  peer: optionalShape(textShape(64, ['192.0.2.7'])),
  port: optionalShape(port),
  local_port: optionalShape(port),
  ttl: optionalShape(integerShape(1, MAX_TTL)),
} as const;

const shape = recordShape(requestFields);

/** The parts of a request, as they come. */
export type WrittenRequest = ReturnType<typeof shape.read>;

/**
 * Reads a request for a socket.
 *
 * @throws ShapeError for parts that do not go together.
 */
export function readSocketRequest(given: WrittenRequest): SocketRequest {
  const { family, type, protocol, access = socketUses, peer, port: at, local_port: localPort, ttl } = given;
  const address = peer === undefined ? undefined : parseAddress(peer);
  const hasPorts = type === 'datagram' && protocol === 'udp';
  if (peer !== undefined && address?.family !== family)
    throw new ShapeError(['peer'], `expects an address of ${family}`);
  if (hasPorts !== (at !== undefined) && (address !== undefined || at !== undefined))
    throw new ShapeError(['port'], 'is the one of a peer of UDP, and goes with it alone');
  if (localPort !== undefined && !hasPorts)
    throw new ShapeError(['local_port'], "is one of UDP, of type 'datagram'");
  if (access.length === 0) throw new ShapeError(['access'], "expects 'send', 'receive' or both");
  if (address === undefined && access.includes('send'))
    throw new ShapeError(['peer'], 'is missing: a socket sends to one peer');
  if (address === undefined && hasPorts && localPort === undefined)
    throw new ShapeError(['local_port'], 'is missing: without a peer, it says what is received');
  return { family, type, protocol, uses: access, peer: address, port: at, localPort, ttl };
}

/** Writes a request as a line for the launcher. */
export function socketLine({ uses, peer, port: at, localPort, ttl, ...rest }: SocketRequest): string {
  return JSON.stringify({
    ...rest,
    access: uses,
    ...(peer && { peer: formatAddress(peer) }),
    ...(at !== undefined && { port: at }),
    ...(localPort !== undefined && { local_port: localPort }),
    ...(ttl !== undefined && { ttl }),
  });
}

/** Reads such a line; `undefined` for another value. */
export function readSocketLine(value: unknown): SocketRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return readSocketRequest(shape.read(new Map<Wire, Wire>(Object.entries(value)), []));
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}
