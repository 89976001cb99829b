import { constants, openSync } from 'node:fs';
import { connectSocket, makeSocket } from '../../host/sockets/socket-setup.ts';
import { check } from '../../host/system-error.ts';
import {
  formatAddress,
  type IpAddress,
  LOOPBACK_ADDRESSES,
  parseAddress,
  sameAddress,
} from '../../network/address.ts';
import { DNS_PORT } from '../../network/dns/message.ts';
import { reverseNameOf } from '../../network/dns/read-answer.ts';
import { isLocalhost, parseName } from '../../network/name.ts';
import { HeldDatabase, wordLines } from '../colon-file.ts';
import { choicesLimit, fixedLimit, type LimitsOf, setLimit } from '../limit.ts';
import { NameServers } from '../name-servers.ts';
import { type ResolverSettings, resolverSettings } from '../resolver-settings.ts';
import { defineService, type Holdings, type ServiceHost, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  choiceShape,
  integerShape,
  listShape,
  nullableShape,
  optionalShape,
  recordShape,
  type Shaped,
  ShapeError,
  textShape,
  type WireShape,
} from '../shape.ts';

/** Sockets for each name server: each has a port of its own. */
const PORTS = 8;

const families = ['ipv4', 'ipv6'] as const;
type Family = (typeof families)[number];
const family = optionalShape(choiceShape(families));
const name = textShape(255, ['localhost', 'example.org', '127.0.0.1']);
const address = textShape(64, ['127.0.0.1', '::1']);
const hostShape = recordShape({
  name,
  aliases: listShape(name, 64),
  addresses: listShape(recordShape({ family: choiceShape(families), address }), 256),
});
type Host = Shaped<typeof hostShape>;

/** A name, or `*.` and a name for all names beneath it. */
const patternShape: WireShape<string> = {
  words: "a name such as 'example.org', or '*.example.org' for all names beneath it",
  type: 'string',
  samples: ['example.org', '*.example.org', 'a.example.org', '*.a.example.org', 'localhost'],
  read: (value, path) => {
    const text = typeof value === 'string' ? value : '';
    const beneath = text.startsWith('*.') ? '*.' : '';
    const parsed = parseName(text.slice(beneath.length));
    if ('problem' in parsed)
      throw new ShapeError(path, `expects a name or '*.' and a name: ${parsed.problem}`);
    return beneath + parsed.name;
  },
  write: (value) => value,
};

/** The address of a name server, with a port where it is not 53. */
const resolverShape: WireShape<string> = {
  words: "the address of a name server, such as '127.0.0.1' or '127.0.0.1:5353'",
  type: 'string',
  samples: ['127.0.0.1', '[::1]:5353'],
  read: (value, path) => {
    if (typeof value !== 'string' || serverOf(value) === undefined)
      throw new ShapeError(
        path,
        "expects the address of a name server, such as '127.0.0.1' or '127.0.0.1:5353'",
      );
    return value;
  },
  write: (value) => value,
};

const limits = {
  types: choicesLimit('The directions of look-ups.', ['name-to-address', 'address-to-name']),
  families: choicesLimit('The families of addresses.', families),
  names: setLimit('The names that exist for the client; without it, all.', patternShape, {
    covers: coversPattern,
  }),
  resolver: fixedLimit('The server that is asked; by default those of `/etc/resolv.conf`.', resolverShape),
};

/** Names and addresses of hosts, from `/etc/hosts` and name servers. */
export const dnsService = defineService({
  name: 'dns',
  about: 'Names and addresses of hosts, from `/etc/hosts` and the name servers of `/etc/resolv.conf`.',
  holds: 'sockets that are connected to the name servers, and `/etc/hosts`, to be read',
  process: 'shared',
  limits,
  calls: {
    getaddrinfo: serviceCall(
      'Finds the addresses of a name, or of an address itself.',
      { name, family },
      hostShape,
    ),
    getnameinfo: serviceCall('Finds the name of an address.', { address }, recordShape({ name })),
    gethostbyname: serviceCall(
      'Finds a host by name; nothing when there is none.',
      { name, family },
      nullableShape(hostShape),
    ),
    gethostbyaddr: serviceCall(
      'Finds a host by address; nothing when there is none.',
      { address },
      nullableShape(hostShape),
    ),
  },
  state: null,
  prepare: (granted) => prepareResolver(granted.resolver),
  start: (held, _, host) => {
    const resolver = new HostResolver(held, host);
    return {
      getaddrinfo: ({ name: wanted, family: one }, { limits: left }) => resolver.byName(wanted, one, left),
      getnameinfo: async ({ address: wanted }, { limits: left }) => ({
        name: (await resolver.byAddress(wanted, left)).name,
      }),
      gethostbyname: ({ name: wanted, family: one }, { limits: left }) =>
        unlessMissing(resolver.byName(wanted, one, left)),
      gethostbyaddr: ({ address: wanted }, { limits: left }) =>
        unlessMissing(resolver.byAddress(wanted, left)),
    };
  },
});

type Left = LimitsOf<typeof limits>;

async function unlessMissing(found: Promise<Host>): Promise<Host | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ENOENT') return null;
    throw error;
  }
}

function serverOf(text: string): ResolverSettings['servers'][number] | undefined {
  const [, v6, v4, port] = /^(?:\[([\da-fA-F:.]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const found = parseAddress(v6 ?? v4 ?? text);
  const number = port === undefined ? DNS_PORT : Number(port);
  return found === undefined || number < 1 || number > 65535 ? undefined : { address: found, port: number };
}

function coversPattern(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  return (
    outer.startsWith('*.') && inner.replace(/^\*/, '').endsWith(outer.slice(1)) && inner !== outer.slice(2)
  );
}

function prepareResolver(resolver: string | undefined): Holdings {
  const settings = resolverSettings();
  const named = resolver === undefined ? undefined : serverOf(resolver);
  const servers = named === undefined ? settings.servers : [named];
  const descriptors: Record<string, number> = {};
  for (const [index, { address: server, port }] of servers.entries())
    for (let at = 0; at < PORTS; at++) {
      const socket = check(makeSocket(server.family, true), 'socket');
      descriptors[`${index}.${at}`] = socket;
      const target = { family: server.family, host: Uint8Array.from(server.bytes), port };
      check(connectSocket(socket, target, 1), 'connect', `to ${formatAddress(server)}`);
    }
  descriptors['hosts'] = openSync('/etc/hosts', constants.O_RDONLY | constants.O_NONBLOCK);
  const { search, dots, timeout, attempts } = settings;
  return {
    descriptors,
    data: settingsShape.write({ servers: servers.length, search, dots, timeout, attempts }),
  };
}

const settingsShape = recordShape({
  servers: integerShape(1, 16),
  search: listShape(name, 16),
  dots: integerShape(0, 15),
  timeout: integerShape(1, 60_000),
  attempts: integerShape(1, 16),
});

/** A line of hosts(5). */
type HostsLine = { readonly address: IpAddress; readonly names: readonly string[] };

class HostResolver {
  readonly #servers: NameServers;
  readonly #settings: Shaped<typeof settingsShape>;
  readonly #hosts: HeldDatabase<readonly HostsLine[]>;

  constructor({ descriptors, data }: Holdings, host: ServiceHost) {
    this.#settings = settingsShape.read(data, []);
    const { servers, timeout, attempts } = this.#settings;
    const sockets = Array.from({ length: servers }, (_, index) =>
      Array.from({ length: PORTS }, (__, at) => descriptors[`${index}.${at}`] ?? -1),
    );
    this.#servers = new NameServers(sockets, { timeout, attempts }, host);
    this.#hosts = new HeldDatabase(
      { descriptors: { file: descriptors['hosts'] ?? -1 }, data: null },
      readHosts,
    );
  }

  /** @throws ServiceError */
  async byName(text: string, one: Family | undefined, left: Left): Promise<Host> {
    requireType(left, 'name-to-address');
    const wanted = familiesOf(one, left);
    const literal = parseAddress(text);
    if (literal !== undefined) {
      if (!wanted.includes(literal.family)) throw notFound(text);
      return hostOf(formatAddress(literal), [], [literal]);
    }
    const parsed = parseName(text);
    if ('problem' in parsed) throw new ServiceError('ENOENT', parsed.problem);
    const asItIs = text.endsWith('.');
    for (const candidate of asItIs ? [parsed.name] : this.#candidates(parsed.name)) {
      if (!isGranted(candidate, left)) continue;
      const found = this.#local(candidate, wanted) ?? (await this.#ask(candidate, wanted));
      if (found !== undefined) return found;
    }
    throw notFound(text);
  }

  /** @throws ServiceError */
  async byAddress(text: string, left: Left): Promise<Host> {
    requireType(left, 'address-to-name');
    const wanted = parseAddress(text);
    if (wanted === undefined) throw new ServiceError('EINVAL', `'address' is no address`);
    familiesOf(wanted.family, left);
    const line = this.#hosts.current().find((each) => sameAddress(each.address, wanted));
    const names =
      line?.names ?? (await this.#servers.ask({ name: reverseNameOf(wanted), type: 'PTR' })).names;
    const [first, ...aliases] = names.filter((each) => isGranted(each, left));
    if (first === undefined) throw notFound(text);
    return hostOf(first, aliases, [wanted]);
  }

  /** The names to try, as resolv.conf(5) has it. */
  #candidates(wanted: string): readonly string[] {
    const { search, dots } = this.#settings;
    const longer = search.map((suffix) => `${wanted}.${suffix}`).filter((each) => 'name' in parseName(each));
    return wanted.split('.').length - 1 >= dots ? [wanted, ...longer] : [...longer, wanted];
  }

  #local(wanted: string, among: readonly Family[]): Host | undefined {
    const lines = this.#hosts.current().filter(({ names }) => names.includes(wanted));
    const addresses = lines.map((line) => line.address).filter((each) => among.includes(each.family));
    const [first] = lines;
    if (first !== undefined && addresses.length > 0)
      return hostOf(first.names[0] ?? wanted, first.names.slice(1), addresses);
    if (!isLocalhost(wanted)) return undefined;
    return hostOf(
      wanted,
      [],
      LOOPBACK_ADDRESSES.filter((each) => among.includes(each.family)),
    );
  }

  async #ask(wanted: string, among: readonly Family[]): Promise<Host | undefined> {
    const answers = await Promise.all(
      among.map((each) => this.#servers.ask({ name: wanted, type: each === 'ipv4' ? 'A' : 'AAAA' })),
    );
    const addresses = answers.flatMap((answer) => answer.addresses);
    const canonical = answers.find((answer) => answer.addresses.length > 0)?.name;
    if (canonical === undefined) return undefined;
    return hostOf(canonical, canonical === wanted ? [] : [wanted], addresses);
  }
}

function hostOf(first: string, aliases: readonly string[], addresses: readonly IpAddress[]): Host {
  return {
    name: first,
    aliases,
    addresses: addresses.map((each) => ({ family: each.family, address: formatAddress(each) })),
  };
}

function notFound(text: string): ServiceError {
  return new ServiceError('ENOENT', `Nothing is known of '${text}'`);
}

function requireType({ types }: Left, type: 'name-to-address' | 'address-to-name'): void {
  if (types !== undefined && !types.includes(type))
    throw new ServiceError('ENOTCAPABLE', `The channel makes no look-ups of type ${type}`);
}

/** The families to look for. @throws ServiceError `ENOTCAPABLE` when none of them is left. */
function familiesOf(one: Family | undefined, left: Left): readonly Family[] {
  const allowed = families.filter((each) => left.families === undefined || left.families.includes(each));
  const wanted = one === undefined ? allowed : allowed.filter((each) => each === one);
  if (wanted.length === 0)
    throw new ServiceError('ENOTCAPABLE', `The channel looks up no addresses of ${one ?? 'any family'}`);
  return wanted;
}

function isGranted(wanted: string, { names }: Left): boolean {
  return names === undefined || names.some((pattern) => coversPattern(pattern, wanted));
}

function readHosts(text: string): readonly HostsLine[] {
  return wordLines(text).flatMap(([first = '', ...names]) => {
    const found = parseAddress(first.replace(/%.*/, ''));
    return found === undefined ? [] : [{ address: found, names: names.map((each) => each.toLowerCase()) }];
  });
}
