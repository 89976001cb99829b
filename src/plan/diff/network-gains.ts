import { coversHost, coversRule } from '../../network/covers.ts';
import { printException, printRule } from '../../network/print-rule.ts';
import type { HostsGrant } from '../../resources/hosts.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { networkLimitNames } from '../../resources/network-limits.ts';
import { spell } from '../../resources/spelling.ts';
import type { Plan } from '../plan-types.ts';
import type { Gain } from './gain.ts';

const NONE: NetworkGrant = { mode: 'none' };

function networkOf(plan: Plan): NetworkGrant {
  return plan.kind === 'linux' ? plan.linux.network : (plan.network ?? NONE);
}

/** Lists the connections that one plan allows and another does not. */
export function networkGains(wide: Plan, narrow: Plan): readonly Gain[] {
  const [a, b] = [networkOf(narrow), networkOf(wide)];
  switch (b.mode) {
    case 'none':
      return [];
    case 'loopback':
      return [...ownLoopback(a), ...publishGains(b.publish, a)];
    case 'host':
      return [...portGains('connect', b, a), ...portGains('bind', b, a)];
    case 'hosts':
      if (a.mode === 'host' && a.connect === undefined) return [];
      return [...ownLoopback(a), ...hostsGains(b, a), ...publishGains(b.publish, a)];
  }
}

/** The network of the host has a loopback, too, of which some ports may be withheld. */
function ownLoopback(narrow: NetworkGrant): readonly Gain[] {
  const had =
    narrow.mode === 'host'
      ? narrow.connect === undefined && narrow.bind === undefined
      : narrow.mode !== 'none';
  return had ? [] : [{ kind: 'network', what: 'use a loopback of its own', position: undefined }];
}

function publishGains(publish: HostsGrant['publish'], other: NetworkGrant): readonly Gain[] {
  const had = other.mode === 'loopback' || other.mode === 'hosts' ? other.publish : [];
  return publish
    .filter(({ hostPort, port }) => !had.some((one) => one.hostPort === hostPort && one.port === port))
    .map(({ hostPort, port }) => ({
      kind: 'listen',
      what: `be reached at port ${hostPort} of this host, on its port ${port}`,
      position: undefined,
    }));
}

type HostMode = Extract<NetworkGrant, { mode: 'host' }>;

function portGains(key: 'connect' | 'bind', wide: HostMode, narrow: NetworkGrant): readonly Gain[] {
  const what = key === 'connect' ? 'connect to' : 'listen on';
  const kind = key === 'connect' ? 'network' : 'listen';
  const had = narrow.mode === 'host' ? narrow[key] : [];
  const ports = wide[key];
  if (had === undefined) return [];
  if (ports === undefined)
    return [{ kind, what: `${what} any port of the host's network`, position: undefined }];
  const gained = ports.filter((port) => !had.includes(port));
  if (gained.length === 0) return [];
  return [
    { kind, what: `${what} TCP ports ${gained.join(', ')} of the host's network`, position: undefined },
  ];
}

function hostsGains(wide: HostsGrant, narrow: NetworkGrant): readonly Gain[] {
  const hosts = narrow.mode === 'hosts' ? narrow : undefined;
  const rules = wide.hosts.filter((host) => !covered(hosts, host));
  const gained = rules.map(
    ({ rule, requests, position }): Gain => ({
      kind: 'network',
      what: `connect to ${printRule(rule)}${requests === undefined ? '' : ' (with rules about requests)'}`,
      position,
    }),
  );
  const dropped = (hosts?.except ?? []).filter(
    ({ rule }) =>
      !wide.except.some(({ rule: other }) =>
        other.all ? coversHost(other.host, rule.host) : !rule.all && coversRule([other], rule),
      ),
  );
  return [
    ...gained,
    ...dropped.map(
      ({ rule }): Gain => ({
        kind: 'network',
        what: `connect to ${printException(rule)}, which is no exception any more`,
        position: undefined,
      }),
    ),
    ...(hosts === undefined ? [] : limitGains(wide, hosts)),
  ];
}

/** A rule about requests covers another only if nothing but methods differs. */
function covered(hosts: HostsGrant | undefined, { rule, requests }: HostsGrant['hosts'][number]): boolean {
  const all = hosts?.hosts ?? [];
  // Rules with limits on requests come before others (rulesOf).
  const limited = all.filter((one) => one.requests !== undefined && coversHost(one.rule.host, rule.host));
  const open = all.filter((one) => one.requests === undefined).map((one) => one.rule);
  if (limited.length === 0 && coversRule(open, rule)) return true;
  return limited.some((one) => coversRule([one.rule], rule) && coversRequests(one.requests, requests));
}

type Requests = HostsGrant['hosts'][number]['requests'];

function coversRequests(outer: Requests, inner: Requests): boolean {
  if (outer === undefined || inner === undefined) return outer === undefined;
  const withoutMethods = (one: NonNullable<Requests>): string =>
    JSON.stringify({ ...one, rule: { ...one.rule, methods: undefined } });
  if (withoutMethods(outer) !== withoutMethods(inner)) return false;
  const methods = outer.rule.methods;
  return methods === undefined || (inner.rule.methods ?? ['*']).every((method) => methods.includes(method));
}

function limitGains({ limits: wide }: HostsGrant, { limits: narrow }: HostsGrant): readonly Gain[] {
  const had = new Map(Object.entries(narrow));
  const now = new Map(Object.entries(wide));
  return networkLimitNames.flatMap((name): Gain[] => {
    const [before, after] = [had.get(spell(name, 'object')), now.get(spell(name, 'object'))];
    if (before === undefined || (after !== undefined && after <= before)) return [];
    return [
      {
        kind: 'limit',
        what: `have more ${name} on the network: ${after ?? 'any number'} instead of ${before}`,
        position: undefined,
      },
    ];
  });
}
