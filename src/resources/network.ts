import { MAX_PORT } from '../network/rule.ts';
import { Fields, type ReadContext } from './fields.ts';
import { type HostsGrant, hostsKeys, type PublishedPort, readHosts } from './hosts.ts';
import { nameWritten, quote, type Written } from './written.ts';

/** The grant of a network to a Linux program. */
export type NetworkGrant =
  | { readonly mode: 'none' }
  /** A loopback interface of its own; `publish` lets the host's loopback reach ports of the program. */
  | { readonly mode: 'loopback'; readonly publish: readonly PublishedPort[] }
  /** A network of its own that leads to the hosts of some rules. */
  | HostsGrant
  /** The host's network; with a list, only these TCP ports. */
  | { readonly mode: 'host'; readonly connect?: readonly number[]; readonly bind?: readonly number[] };

export type { HostsGrant, PublishedPort } from './hosts.ts';

const modes = ['none', 'loopback', 'host'] as const;
const keys = ['mode', 'connect', 'bind', 'publish', ...hostsKeys];

const MAX_PORTS = 256;

/** Reads `network`: the name of a mode, or a map with the mode and its lists. */
export function readNetwork(
  written: Written | undefined,
  outer: Fields,
  context: ReadContext,
): NetworkGrant | undefined {
  if (written === undefined) return undefined;
  if (written.kind !== 'map') {
    const mode = outer.choice('network', modes);
    return mode === 'loopback' ? { mode, publish: [] } : mode === undefined ? undefined : { mode };
  }
  const fields = Fields.read(written, keys, {
    ...context,
    subject: `'${outer.spell('network')}'`,
    position: outer.at('network'),
  });
  if (fields === undefined) return undefined;
  if (hostsKeys.some((key) => fields.has(key))) return readHostsMode(fields, context);
  const implied = fields.has('publish') && !fields.has('mode');
  if (!fields.has('mode') && !implied)
    fields.missing(
      'mode',
      `'none', 'loopback' or 'host', or '${fields.spell('hosts')}', rules of what it may reach`,
    );
  const mode = implied ? 'loopback' : fields.choice('mode', modes);
  if (mode === undefined) return undefined;
  const only = (key: string, wanted: string): void => {
    if (fields.has(key) && mode !== wanted)
      fields.wrong(key, `${fields.call(key)} is for the network '${wanted}', not for '${mode}'`);
  };
  only('connect', 'host');
  only('bind', 'host');
  only('publish', 'loopback');
  if (mode === 'none') return { mode };
  if (mode === 'loopback') return { mode, publish: readPublished(fields, context) };
  const connect = readPorts('connect', fields, context);
  const bind = readPorts('bind', fields, context);
  return { mode, ...(connect && { connect }), ...(bind && { bind }) };
}

/** Rules are a mode of their own, which no other mode goes with. */
function readHostsMode(fields: Fields, context: ReadContext): NetworkGrant | undefined {
  const hosts = fields.call('hosts');
  if (fields.has('mode'))
    fields.wrong('mode', `${hosts} is a network of its own: leave '${fields.spell('mode')}' out`);
  for (const key of ['connect', 'bind'])
    if (fields.has(key))
      fields.wrong(key, `${fields.call(key)} is for the network 'host'; rules of hosts name their ports`);
  return readHosts(fields, context, readPublished(fields, context));
}

function readPorts(key: string, fields: Fields, { mistakes }: ReadContext): readonly number[] | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  if (written.kind !== 'seq') return fields.expected(key, 'a list of TCP ports', written);
  if (written.items.length > MAX_PORTS)
    return fields.wrong(
      key,
      `${fields.call(key)} lists ${written.items.length} ports, more than the ${MAX_PORTS} allowed`,
    );
  const ports = written.items.map((item) => {
    const port = portOf(item);
    if (port === undefined) mistakes.add(portProblem(item), item.position ?? fields.at(key));
    return port;
  });
  return ports.filter((port) => port !== undefined);
}

/** A TCP port from 1. */
function portOf(written: Written): number | undefined {
  const value = written.kind === 'scalar' ? written.value : undefined;
  // The keys of a JavaScript object are texts.
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= MAX_PORT
    ? port
    : undefined;
}

function portProblem(written: Written): string {
  const value = written.kind === 'scalar' ? written.value : undefined;
  // A name or an address would ask for more than a port can say.
  if (typeof value === 'string' && /[A-Za-z.:*/]/.test(value))
    return `A TCP port is an int from 1 to ${MAX_PORT}; a rule by name or address, such as ${quote(value)}, stands in 'hosts'`;
  return `A TCP port is an int from 1 to ${MAX_PORT}, not ${nameWritten(written)}`;
}

/** Reads `publish`: the program's ports by those of this host's loopback. */
export function readPublished(fields: Fields, { mistakes }: ReadContext): readonly PublishedPort[] {
  const written = fields.get('publish');
  if (written === undefined) return [];
  if (written.kind !== 'map') {
    fields.expected('publish', "a map of the host's ports to the program's", written);
    return [];
  }
  const published: PublishedPort[] = [];
  for (const { key, value } of written.entries.slice(0, MAX_PORTS)) {
    const hostPort = portOf(key);
    const port = portOf(value);
    if (hostPort === undefined) mistakes.add(portProblem(key), key.position ?? fields.at('publish'));
    if (port === undefined) mistakes.add(portProblem(value), value.position ?? fields.at('publish'));
    if (hostPort !== undefined && port !== undefined) published.push({ hostPort, port });
  }
  if (written.entries.length > MAX_PORTS)
    fields.wrong(
      'publish',
      `${fields.call('publish')} lists ${written.entries.length} ports, more than the ${MAX_PORTS} allowed`,
    );
  return published;
}
