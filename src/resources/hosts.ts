import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { IpAddress } from '../network/address.ts';
import { parseIpv4, parseIpv6 } from '../network/address.ts';
import { DNS_PORT } from '../network/dns/message.ts';
import { countServed, MAX_SERVED } from '../network/ports.ts';
import { MAX_PORT, type NetworkException, type NetworkRule, type NetworkRules } from '../network/rule.ts';
import type { Fields, ReadContext } from './fields.ts';
import { type NetworkLimits, readNetworkLimits } from './network-limits.ts';
import { type GrantedHost, readException, readRule } from './network-rule.ts';
import type { Position } from './position.ts';
import { quote, type Written } from './written.ts';

/** A rule or an exception, and its place. */
export type Placed<Rule> = { readonly rule: Rule; readonly position: Position | undefined };

/** A server that looks names up. */
export type ResolverAddress = { readonly address: IpAddress; readonly port: number };

/** A port of the program that the host's loopback leads to. */
export type PublishedPort = { readonly hostPort: number; readonly port: number };

/** A network of a program's own from which rules lead to hosts outside. */
export type HostsGrant = {
  readonly mode: 'hosts';
  readonly hosts: readonly (GrantedHost & Pick<Placed<NetworkRule>, 'position'>)[];
  readonly except: readonly Placed<NetworkException>[];
  /** The server that looks up granted names; `undefined` for the way of the host. */
  readonly resolver: ResolverAddress | undefined;
  readonly limits: NetworkLimits;
  readonly publish: readonly PublishedPort[];
};

/** The keys of a grant of hosts. */
export const hostsKeys: readonly string[] = ['hosts', 'except', 'resolver', 'limits'];

/** More rules than this are refused: each is looked at for each connection. */
const MAX_RULES = 1024;

/** Takes the rules of a grant without their places. */
export function rulesOf({ hosts, except }: Pick<HostsGrant, 'hosts' | 'except'>): NetworkRules {
  // A rule with limits on requests comes before a wider one without.
  const first = hosts.filter(({ requests }) => requests !== undefined);
  const others = hosts.filter(({ requests }) => requests === undefined);
  return { allow: [...first, ...others].map(({ rule }) => rule), except: except.map(({ rule }) => rule) };
}

/**
 * Makes a function that finds the UNIX socket that stands for the hosts of a rule; `undefined` where they are looked up. Links
 * are followed now, before the program runs: it may be able to put one in the place of the socket.
 */
export function socketFinder({
  hosts,
}: Pick<HostsGrant, 'hosts'>): (rule: NetworkRule) => string | undefined {
  const paths = new Map(
    hosts.flatMap(({ rule, socket }) =>
      socket === undefined ? [] : [[rule, realSocketPath(socket)] as const],
    ),
  );
  return (rule) => paths.get(rule);
}

/** The path without links, as far as it is there. */
function realSocketPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realSocketPath(above), basename(path));
  }
}

/** Reads the keys of `hostsKeys`; `undefined` when they grant nothing. */
export function readHosts(
  fields: Fields,
  context: ReadContext,
  publish: readonly PublishedPort[],
): HostsGrant | undefined {
  if (!fields.has('hosts')) return fields.missing('hosts', "rules such as 'registry.example.org:443'");
  const hosts = listOf('hosts', fields).flatMap((item) => {
    const host = readRule(item, fields, context);
    return host === undefined ? [] : [{ ...host, position: item.position }];
  });
  const except = listOf('except', fields).flatMap((item) =>
    placed(item, readException(item, fields, context)),
  );
  const rules = hosts.map(({ rule }) => rule);
  const ports = countServed(rules);
  if (ports > MAX_SERVED)
    fields.wrong(
      'hosts',
      `The rules grant ${ports} ports, more than the ${MAX_SERVED} that a network can have`,
    );
  for (const { port } of publish)
    if (
      rules.some(
        (rule) =>
          rule.protocol === 'tcp' && rule.ports.some(({ first, last }) => first <= port && port <= last),
      )
    )
      fields.wrong(
        'publish',
        `Port ${port} of the program cannot be published: a rule grants port ${port} of hosts, so that connections to it lead outside`,
      );
  return {
    mode: 'hosts',
    hosts,
    except,
    resolver: readResolver(fields),
    limits: readNetworkLimits(fields.get('limits'), fields, context),
    publish,
  };
}

function placed<Rule>({ position }: Written, rule: Rule | undefined): Placed<Rule>[] {
  return rule === undefined ? [] : [{ rule, position }];
}

/** The items of a list of rules. */
function listOf(key: string, fields: Fields): readonly Written[] {
  const written = fields.get(key);
  if (written === undefined) return [];
  if (written.kind !== 'seq') {
    fields.expected(key, 'a list of rules', written);
    return [];
  }
  if (written.items.length <= MAX_RULES) return written.items;
  fields.wrong(
    key,
    `${fields.call(key)} has ${written.items.length} rules, more than the ${MAX_RULES} allowed`,
  );
  return [];
}

/** Reads `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`. */
function readResolver(fields: Fields): ResolverAddress | undefined {
  const text = fields.text('resolver');
  if (text === undefined) return undefined;
  const [, bracketed, dotted, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = bracketed === undefined ? parseIpv4(dotted ?? '') : parseIpv6(bracketed);
  const port = digits === undefined ? DNS_PORT : Number(digits);
  if (address !== undefined && port >= 1 && port <= MAX_PORT) return { address, port };
  return fields.wrong(
    'resolver',
    `${fields.call('resolver')} is the address of a server and a port, such as 192.0.2.53:53, not ${quote(text)}`,
  );
}
