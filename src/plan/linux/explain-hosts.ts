import { formatHost } from '../../network/address.ts';
import { notesOf } from '../../network/broad.ts';
import { printException, printPorts, printRule } from '../../network/print-rule.ts';
import type { HostsGrant, Placed } from '../../resources/hosts.ts';
import type { NetworkLimits } from '../../resources/network-limits.ts';
import type { GrantedHost } from '../../resources/network-rule.ts';
import { printable } from '../../text/printable.ts';
import { formatSize } from '../../text/units.ts';
import { describeEnforcement } from '../describe-enforcement.ts';
import type { Enforcement } from '../plan-types.ts';
import { heldHere, Wall } from '../wall-names.ts';
import { requestLimits, requestNotes } from './explain-requests.ts';

/** Rules are about whom it speaks to. */
const CARRIES =
  'A granted host can be used to carry data out: rules hold where it connects, not what it says there.';

/**
 * The limits on a program whose network leads to hosts, and what enforces each.
 *
 * @param asksNames True if it may ask a service for other names.
 */
export function hostsLimits(
  { hosts, limits }: HostsGrant,
  around: typeof Wall.network | typeof Wall.seccomp = Wall.network,
  asksNames = false,
): readonly Enforcement[] {
  // Without rules, it is there for a server of names.
  if (hosts.length === 0)
    return [
      { limit: 'No network but its own', by: [around] },
      { limit: 'No connection to any host', by: [Wall.broker, around] },
    ];
  return [
    {
      limit: around === Wall.network ? 'No network but its own' : 'No socket of its own making',
      by: [around],
    },
    {
      limit: `No host, port or protocol but those of the ${hosts.length === 1 ? 'rule' : 'rules'}`,
      by: [Wall.broker, around],
    },
    ...(asksNames ? [] : [{ limit: 'No look-up of other names', by: [Wall.broker, around] }]),
    {
      limit:
        'No private, loopback, link-local or metadata address behind a granted name, unless that is granted, too',
      by: [Wall.broker],
    },
    ...limitWords(limits).map((limit) => ({ limit, by: [Wall.pump] })),
  ];
}

function limitWords(limits: NetworkLimits): readonly string[] {
  const { connections, connectionsPerSecond, bytesPerSecond, bytes } = limits;
  return [
    ...(connections === undefined ? [] : [`At most ${connections} connections at once`]),
    ...(connectionsPerSecond === undefined
      ? []
      : [`At most ${connectionsPerSecond} new connections in a second`]),
    ...(bytesPerSecond === undefined ? [] : [`At most ${formatSize(bytesPerSecond)} in a second`]),
    ...(bytes === undefined ? [] : [`At most ${formatSize(bytes)} over the network in all`]),
  ];
}

/** The hosts that a program reaches, as lines for people: each rule with what holds it and what it does not hold. */
export function describeHosts(grant: HostsGrant): readonly string[] {
  const { hosts, except, resolver, publish } = grant;
  const lines = ['', hosts.length === 0 ? 'It reaches no host.' : 'It reaches these hosts:'];
  for (const host of hosts) {
    const { rule, position } = host;
    lines.push('', printable(`  ${printRule(rule)}${placeOf(position)}`));
    lines.push(...describeEnforcement(ruleLimits(host), '     '));
    lines.push(...notesOfHost(host).map((note) => printable(`     ${note}`)));
  }
  if (except.length > 0)
    lines.push(
      '',
      'But none of these:',
      ...except.map(({ rule, position }) => printable(`  ${printException(rule)}${placeOf(position)}`)),
    );
  if (resolver !== undefined)
    lines.push('', `Granted names are looked up at ${formatHost(resolver.address)}:${resolver.port}.`);
  if (hosts.length > 0) lines.push('', CARRIES);
  for (const { hostPort, port } of publish)
    lines.push(`Its port ${port} is reached at 127.0.0.1:${hostPort} of this host.`);
  return lines;
}

/** The limits on what a rule grants: nothing listens on other ports, and the broker knows the host that was meant. */
function ruleLimits({ rule, requests }: GrantedHost): readonly Enforcement[] {
  const { ports, protocol } = rule;
  const one = ports.length === 1 && ports[0]?.first === ports[0]?.last;
  const name = `${protocol.toUpperCase()} ${one ? 'port' : 'ports'} ${printPorts(ports)}`;
  return heldHere([
    { limit: 'No other host', by: [Wall.broker] },
    { limit: `No other ports of it than ${name}`, by: [Wall.broker] },
    ...(requests ? requestLimits(requests) : []),
  ]);
}

function notesOfHost({ rule, requests, socket }: GrantedHost): readonly string[] {
  if (socket !== undefined) return [`The name stands for the UNIX socket ${socket} of this host`];
  return [...notesOf(rule), ...(requests ? requestNotes(requests) : [])];
}

function placeOf(position: Placed<unknown>['position']): string {
  return position === undefined ? '' : `  ${position.file}:${position.line}:${position.column}`;
}

/** A grant of hosts as JSON. */
export type HostsJson = {
  readonly mode: 'hosts';
  readonly hosts: readonly {
    /** As it is written. */
    readonly rule: string;
    readonly protocol: string;
    /** Ranges of ports, both ends included. */
    readonly ports: readonly (readonly [first: number, last: number])[];
    readonly position: PlaceJson | null;
    readonly enforcement: readonly Enforcement[];
    readonly notes: readonly string[];
  }[];
  readonly except: readonly { readonly rule: string; readonly position: PlaceJson | null }[];
  /** Address and port of the server that looks names up; null for the way of the host. */
  readonly resolver: string | null;
  readonly limits: NetworkLimits;
  readonly publish: HostsGrant['publish'];
};

type PlaceJson = { readonly file: string; readonly line: number; readonly column: number };

/** The plain data of a grant of hosts. */
export function hostsToJson({ hosts, except, resolver, limits, publish }: HostsGrant): HostsJson {
  return {
    mode: 'hosts',
    hosts: hosts.map((host) => ({
      rule: printRule(host.rule),
      protocol: host.rule.protocol,
      ports: host.rule.ports.map(({ first, last }) => [first, last] as const),
      position: placeToJson(host.position),
      enforcement: ruleLimits(host),
      notes: notesOfHost(host),
    })),
    except: except.map(({ rule, position }) => ({
      rule: printException(rule),
      position: placeToJson(position),
    })),
    resolver: resolver === undefined ? null : `${formatHost(resolver.address)}:${resolver.port}`,
    limits,
    publish,
  };
}

function placeToJson(position: Placed<unknown>['position']): PlaceJson | null {
  if (position === undefined) return null;
  const { file, line, column } = position;
  return { file, line, column };
}
