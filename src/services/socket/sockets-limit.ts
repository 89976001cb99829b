import { parseAddress } from '../../network/address.ts';
import { bitsOf, formatPrefix, prefixOf } from '../../network/prefix.ts';
import { MAX_PORT, type PortRange } from '../../network/rule.ts';
import { type Limit, setLimit } from '../limit.ts';
import {
  choiceShape,
  listShape,
  optionalShape,
  recordShape,
  ShapeError,
  textShape,
  type WireShape,
} from '../shape.ts';
import type { Wire } from '../wire.ts';
import {
  coversSocket,
  type PacketGrant,
  protocolNames,
  socketFamilies,
  socketTypes,
  socketUses,
} from './socket-grant.ts';

type Peer = NonNullable<PacketGrant['peers']>[number];

const MOST_SOCKETS = 64;
const MOST_ITEMS = 256;
const text = textShape(64);

const PEER = "an address or a prefix such as '192.0.2.0/24' or '2001:db8::/32'";
const peerShape: WireShape<Peer> = {
  words: PEER,
  type: 'string',
  samples: ['192.0.2.0/24', '192.0.2.7', '0.0.0.0/0'],
  read: (value, path) => {
    const [host = '', digits, more] = text.read(value, path).split('/');
    const address = parseAddress(host);
    const bits = address && (digits === undefined ? bitsOf(address) : Number(digits));
    if (
      address === undefined ||
      bits === undefined ||
      more !== undefined ||
      (digits !== undefined && !/^\d{1,3}$/.test(digits)) ||
      bits > bitsOf(address)
    )
      throw new ShapeError(path, `expects ${PEER}`);
    return prefixOf(address, bits);
  },
  write: ({ address, bits }) => formatPrefix({ address, bits }).replace(/[[\]]/g, ''),
};

const PORTS = "a port or a range such as '33434-33534'";
const portsShape: WireShape<PortRange> = {
  words: PORTS,
  type: 'string',
  samples: ['53', '33434-33534', '1-65535'],
  read: (value, path) => {
    const given = typeof value === 'number' ? String(value) : text.read(value, path);
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(given) ?? [];
    const first = Number(from);
    const last = Number(to ?? from);
    if (from === undefined || first < 1 || last < first || last > MAX_PORT)
      throw new ShapeError(path, `expects ${PORTS}`);
    return { first, last };
  },
  write: ({ first, last }) => (first === last ? String(first) : `${first}-${last}`),
};

const fields = recordShape({
  family: choiceShape(socketFamilies),
  type: choiceShape(socketTypes),
  protocol: choiceShape(protocolNames),
  access: optionalShape(listShape(choiceShape(socketUses), socketUses.length)),
  peers: optionalShape(listShape(peerShape, MOST_ITEMS)),
  ports: optionalShape(listShape(portsShape, MOST_ITEMS)),
  local_ports: optionalShape(listShape(portsShape, MOST_ITEMS)),
});

const samples: readonly Wire[] = [
  sample({ family: 'ipv4', type: 'raw', protocol: 'icmp', access: ['receive'] }),
  sample({ family: 'ipv4', type: 'datagram', protocol: 'udp', ports: ['33434-33534'] }),
  sample({
    family: 'ipv4',
    type: 'datagram',
    protocol: 'udp',
    access: ['send'],
    ports: ['33440'],
    peers: ['192.0.2.7'],
  }),
];

function sample(parts: Readonly<Record<string, Wire>>): Wire {
  return new Map<Wire, Wire>(Object.entries(parts));
}

const grantShape: WireShape<PacketGrant> = {
  words: fields.words,
  type: 'PacketGrant',
  samples,
  read: (value, path) => {
    const { access, peers, ports, local_ports, ...rest } = fields.read(value, path);
    const { family, type, protocol } = rest;
    if (protocol === (family === 'ipv4' ? 'icmpv6' : 'icmp'))
      throw new ShapeError([...path, 'protocol'], `is none of family '${family}'`);
    if (type === 'datagram' && protocol === 'tcp')
      throw new ShapeError([...path, 'protocol'], "has no datagrams: TCP is connected by service 'net'");
    const other = peers?.find(({ address }) => address.family !== family);
    if (other !== undefined)
      throw new ShapeError([...path, 'peers'], `has an address that is not of ${family}`);
    if ((ports !== undefined || local_ports !== undefined) && (type !== 'datagram' || protocol !== 'udp'))
      throw new ShapeError(path, "has ports, which sockets of type 'datagram' and protocol 'udp' alone have");
    return { ...rest, uses: access ?? socketUses, peers, ports, localPorts: local_ports ?? [] };
  },
  write: ({ family, type, protocol, uses, peers, ports, localPorts }) =>
    fields.write({
      family,
      type,
      protocol,
      access: uses,
      ...(peers && { peers }),
      ...(ports && { ports }),
      ...(localPorts.length > 0 && { local_ports: localPorts }),
    }),
};

/** The limit on the sockets that are opened. */
export function socketsLimit(about: string): Limit<readonly PacketGrant[]> {
  return setLimit(about, grantShape, { most: MOST_SOCKETS, covers: coversSocket });
}
