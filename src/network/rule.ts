import type { GrantableClass } from './address-class.ts';
import type { Prefix } from './prefix.ts';

/** A protocol that carries connections or datagrams to ports. */
export type PortProtocol = 'tcp' | 'udp';

/** The protocols, as rules name them. */
export const protocols: readonly PortProtocol[] = ['tcp', 'udp'];

/** The hosts that a rule is about. Names are in their normal form. */
export type HostPattern =
  /** One name. */
  | { readonly kind: 'name'; readonly name: string }
  /** `*.suffix`: the names with exactly one label before the suffix. */
  | { readonly kind: 'one-label'; readonly suffix: string }
  /** `**.suffix`: the names with one or more labels before the suffix. */
  | { readonly kind: 'labels'; readonly suffix: string }
  /** One address, or a range of them. */
  | { readonly kind: 'prefix'; readonly prefix: Prefix }
  | { readonly kind: 'class'; readonly name: GrantableClass }
  /** 127.0.0.1 and ::1 of the host. */
  | { readonly kind: 'localhost' };

/** Ports from `first` to `last`, both included. */
export type PortRange = { readonly first: number; readonly last: number };

/** A permission to connect. The ranges are sorted and neither touch nor overlap. */
export type NetworkRule = {
  readonly host: HostPattern;
  readonly ports: readonly PortRange[];
  readonly protocol: PortProtocol;
};

/** An exception from what rules allow: some ports of a host for one protocol, or all of the host. */
export type NetworkException =
  | { readonly host: HostPattern; readonly all: true }
  | (NetworkRule & { readonly all: false });

/** The rules of a grant of hosts. Exceptions come first. */
export type NetworkRules = {
  readonly allow: readonly NetworkRule[];
  readonly except: readonly NetworkException[];
};

/** The highest port of TCP and UDP. */
export const MAX_PORT = 65535;

/** Tells whether one of some ranges includes a port. */
export function includesPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

/** Sorts ranges and joins those that touch or overlap. */
export function joinRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else joined.push({ first, last });
  }
  return joined;
}

/** Counts the ports of ranges that do not overlap. */
export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
