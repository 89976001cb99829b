import { formatAddress, parseAddress } from '../../network/address.ts';
import { decide } from '../../network/decide.ts';
import { MAX_PORT, protocols } from '../../network/rule.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { strictLimit } from '../exact-limit.ts';
import type { ConnectionLimits } from '../launcher/part.ts';
import { choicesLimit, type LimitsOf, needed } from '../limit.ts';
import { BrokerCalls } from '../net/asker.ts';
import { brokerLines } from '../net/broker-lines.ts';
import {
  allowedAddresses,
  attemptOf,
  type LookedUp,
  lookedUpAt,
  type NetLimits,
  requireName,
} from '../net/decide.ts';
import { countedLimit, networkExceptionsLimit, rulesLimit } from '../network-limits.ts';
import { defineService, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { choiceShape, descriptorShape, integerShape, listShape, recordShape, textShape } from '../shape.ts';
import { Passed } from '../wire.ts';

const commands = ['lookup', 'connect', 'bind'] as const;
const families = ['ipv4', 'ipv6'] as const;

/** Look-ups that a channel remembers, at most; the oldest are forgotten. */
const MOST_KNOWN = 1024;
const MOST_ADDRESSES = 32;

/** The most connections that the process which carries them can hold, and the most bytes that can be named. */
const MAX_CONNECTIONS = 16_384;
const MAX_BYTES = 2 ** 50;

const host = textShape(1024, ['example.org', '127.0.0.1']);
const port = integerShape(1, MAX_PORT);
const protocol = choiceShape(protocols);

const limits = {
  commands: commandsLimit(commands),
  connect: needed(rulesLimit('Rules of the hosts and ports that can be looked up and connected to.')),
  except: networkExceptionsLimit('Exceptions from these rules.'),
  bind: rulesLimit('Rules of the addresses and ports that sockets can be bound to.'),
  families: choicesLimit('The families of addresses.', families),
  connections: countedLimit('The most connections of `connect` at once.', 1, MAX_CONNECTIONS),
  connections_per_second: countedLimit('The most new ones within a second; more of them wait.', 1, 1_000_000),
  bytes_per_second: countedLimit(
    'The most bytes of them within a second, in both directions.',
    1024,
    MAX_BYTES,
  ),
  bytes: countedLimit('The most bytes of them in all, in both directions.', 1, MAX_BYTES),
  looked_up_only: strictLimit(
    'True if only what a look-up of this channel has returned can be connected to, at the same port.',
  ),
};

type Left = LimitsOf<typeof limits>;
type State = { known: readonly LookedUp[] };

/** Hosts that are looked up and connected to, and ports that are listened at. */
export const netService = defineService({
  name: 'net',
  about:
    'Looks hosts up, connects to them, and binds sockets. A Linux program gets it only where it may hold such sockets: one of UDP sends anywhere, so that its rules need the network `host`.',
  holds:
    'a socket to the broker of the launcher, which connects within the same limits; it can make no socket itself',
  process: 'own',
  asks: ({ connect, except = [], bind = [], ...counted }) => ({
    kind: 'network',
    rules: { allow: connect, except },
    bind,
    limits: countedBy(counted),
  }),
  hands: ({ connect, bind = [], ...counted }) => [
    // The process that counts has the connected sockets.
    ...(isCounted(counted) ? [] : connect).map(({ protocol }) => ({
      protocol,
      listening: false,
      connected: true,
    })),
    ...bind.map(({ protocol }) => ({ protocol, listening: protocol === 'tcp', connected: false })),
  ],
  limits,
  calls: {
    lookup: serviceCall(
      'Finds the addresses of a host, for connections to one port.',
      { host, port, protocol },
      listShape(recordShape({ family: choiceShape(families), address: textShape(64) }), MOST_ADDRESSES),
    ),
    connect: serviceCall(
      'Connects to a host, or to an address that a look-up has returned.',
      { host, port, protocol },
      descriptorShape,
    ),
    bind: serviceCall(
      'Binds a socket to an address of this machine; one of TCP listens.',
      { address: textShape(64, ['127.0.0.1']), port, protocol },
      descriptorShape,
    ),
  },
  state: { known: [] } satisfies State as State,
  prepare: () => ({ descriptors: {}, data: null }),
  start: ({ descriptors }, _, host) => {
    const broker = new BrokerCalls(brokerLines(descriptors['launcher'] ?? -1, host));
    return {
      lookup: async (asked, channel) => {
        requireCommand(channel.limits, 'lookup');
        const attempt = attemptOf(asked.host, asked.port, asked.protocol);
        const before = decidedBy(channel.limits);
        requireName(before, attempt);
        const found = allowedAddresses(before, attempt, await broker.find(attempt)).slice(0, MOST_ADDRESSES);
        const { host: target } = attempt;
        if (target.kind === 'name') {
          const fresh = found.map((address) => ({
            name: target.name,
            address: formatAddress(address),
            port: asked.port,
            protocol: asked.protocol,
          }));
          channel.state = { known: [...channel.state.known, ...fresh].slice(-MOST_KNOWN) };
        }
        return found.map((address) => ({ family: address.family, address: formatAddress(address) }));
      },
      connect: async (asked, channel) => {
        requireCommand(channel.limits, 'connect');
        const before = decidedBy(channel.limits);
        const given = attemptOf(asked.host, asked.port, asked.protocol);
        const { known } = channel.state;
        const { host: target } = given;
        const one = target.kind === 'address' ? lookedUpAt(known, target.address, given) : undefined;
        if (channel.limits.looked_up_only === true && one === undefined)
          throw new ServiceError('ENOTCAPABLE', 'The channel connects only to what it has looked up');
        // The name decides: a rule is about it, and its address is one of those that were checked.
        const attempt = one === undefined ? given : attemptOf(one.name, given.port, given.protocol);
        requireName(before, attempt);
        const found = allowedAddresses(before, attempt, await broker.find(attempt));
        const meant = target.kind === 'address' ? formatAddress(target.address) : undefined;
        const addresses = found.filter((each) => meant === undefined || formatAddress(each) === meant);
        if (addresses.length === 0)
          throw new ServiceError('ENOTCAPABLE', 'The channel does not connect there');
        return new Passed(await broker.connectFirst(attempt, addresses));
      },
      bind: async (asked, channel) => {
        requireCommand(channel.limits, 'bind');
        const address = parseAddress(asked.address);
        if (address === undefined) throw new ServiceError('EINVAL', `'address' is no address`);
        const { bind = [], families: allowed } = channel.limits;
        const attempt = {
          host: { kind: 'address', address } as const,
          port: asked.port,
          protocol: asked.protocol,
        };
        if (
          decide({ allow: bind, except: [] }, attempt).kind !== 'allowed' ||
          allowed?.includes(address.family) === false
        )
          throw new ServiceError('ENOTCAPABLE', 'The channel does not bind a socket there');
        return new Passed(await broker.bind(address, asked.port, asked.protocol));
      },
    };
  },
});

type Counted = Pick<Left, 'connections' | 'connections_per_second' | 'bytes_per_second' | 'bytes'>;

function countedBy(left: Counted): ConnectionLimits {
  const { connections, connections_per_second: perSecond, bytes_per_second: speed, bytes } = left;
  return {
    ...(connections !== undefined && { connections }),
    ...(perSecond !== undefined && { connectionsPerSecond: perSecond }),
    ...(speed !== undefined && { bytesPerSecond: speed }),
    ...(bytes !== undefined && { bytes }),
  };
}

function isCounted(left: Counted): boolean {
  return Object.keys(countedBy(left)).length > 0;
}

function decidedBy({ connect, except, families: allowed }: Left): NetLimits {
  return { connect, except, families: allowed };
}
