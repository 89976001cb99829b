import { formatHost } from '../network/address.ts';
import { printException, printHost, printRule } from '../network/print-rule.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import type { NetworkGrant } from '../resources/network.ts';
import type { RequestGrant } from '../resources/request-grant.ts';

/** Adds something that no option says. */
export type OnLost = (what: string) => void;

/** Writes a network as options of `cloudabi exec`. */
export function networkOptions(network: NetworkGrant, onLost: OnLost): readonly string[] {
  switch (network.mode) {
    case 'none':
      return ['--network', 'none'];
    case 'loopback':
      return ['--network', 'loopback', ...publishedOptions(network.publish)];
    case 'host': {
      const { connect, bind } = network;
      if (connect?.length === 0 || bind?.length === 0) onLost('an empty list of ports');
      return [
        ...['--network', 'host'],
        ...(connect ?? []).flatMap((port) => ['--connect', `${port}`]),
        ...(bind ?? []).flatMap((port) => ['--bind', `${port}`]),
      ];
    }
    case 'hosts':
      return hostsOptions(network, onLost);
  }
}

function publishedOptions(publish: HostsGrant['publish']): readonly string[] {
  return publish.flatMap(({ hostPort, port }) => ['--publish', `${hostPort}:${port}`]);
}

function hostsOptions(
  { hosts, except, resolver, limits, publish }: HostsGrant,
  onLost: OnLost,
): readonly string[] {
  if (hosts.length === 0) onLost('a network without any rule of hosts');
  const { connections, connectionsPerSecond, bytesPerSecond, bytes } = limits;
  const limit = (name: string, value: number | undefined, unit = ''): readonly string[] =>
    value === undefined ? [] : ['--net-limit', `${name}=${value}${unit}`];
  return [
    ...hosts.flatMap((host) => ruleOptions(host, onLost)),
    ...except.flatMap(({ rule }) => ['--net-except', printException(rule)]),
    ...(resolver === undefined ? [] : ['--net-resolver', `${formatHost(resolver.address)}:${resolver.port}`]),
    ...limit('connections', connections),
    ...limit('connections_per_second', connectionsPerSecond),
    ...limit('bytes_per_second', bytesPerSecond, 'B'),
    ...limit('bytes', bytes, 'B'),
    ...publishedOptions(publish),
  ];
}

function ruleOptions({ rule, requests }: HostsGrant['hosts'][number], onLost: OnLost): readonly string[] {
  const text = printRule(rule);
  if (requests === undefined) return ['--net', text];
  const { methods, ...limits } = requests.rule;
  for (const key of Object.keys(limits)) onLost(`limits on requests to ${printHost(rule.host)} ('${key}')`);
  if (requests.at !== undefined || requests.upstream === 'plain')
    onLost(`the keys 'at' and 'tls' of ${printHost(rule.host)}`);
  const secret = secretOf(requests, text);
  if (requests.credential !== undefined && secret === undefined)
    onLost(`the secret for ${printHost(rule.host)}`);
  return [
    ...['--net', methods === undefined ? text : `${methods.join(',')} ${text}`],
    ...(secret === undefined ? [] : ['--secret', secret]),
  ];
}

/** The secret as its option has it: a variable of the environment, for one port. */
function secretOf({ credential }: RequestGrant, origin: string): string | undefined {
  if (credential === undefined || !/^[^=]+:\d+$/.test(origin)) return undefined;
  const { from, placement, variable } = credential;
  if (from.kind !== 'environment' || variable !== from.name) return undefined;
  const named = `${from.name}@${origin}`;
  switch (placement.kind) {
    case 'bearer':
      return named;
    case 'basic':
      return `${named}=basic:${placement.user}`;
    default:
      return `${named}=${placement.kind}:${placement.name}`;
  }
}
