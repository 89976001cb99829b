import { type IpAddress, LOOPBACK_ADDRESSES } from './address.ts';
import { classOf } from './address-class.ts';
import { unmapped } from './embedded.ts';
import { deniesAddress, grantsAddress, isHostLoopback, matchesName } from './match.ts';
import { isLocalhost } from './name.ts';
import { bitsOf, prefixOf } from './prefix.ts';
import {
  type HostPattern,
  includesPort,
  type NetworkException,
  type NetworkRule,
  type NetworkRules,
} from './rule.ts';
import { isNowhere, isSynthetic } from './synthetic.ts';
import type { Attempt, Denial, RefusedAttempt, Remedy, Verdict } from './verdict.ts';

/**
 * Decides about an attempt. Exceptions come first; of the rules, the first that matches is named. A name must be in its
 * normal form. Names under `localhost` are never looked up.
 */
export function decide(rules: NetworkRules, attempt: Attempt): Verdict {
  const { host } = attempt;
  if (host.kind === 'address') return decideAddress(rules, attempt, host.address);
  if (isLocalhost(host.name)) return firstAllowed(rules, attempt, LOOPBACK_ADDRESSES);
  const about = (pattern: HostPattern): boolean => matchesName(pattern, host.name);
  const exception = rules.except.find((one) => about(one.host) && concerns(one, attempt));
  if (exception) return refused({ kind: 'excepted', exception }, { kind: 'drop-exception', exception });
  const allowing = rules.allow.filter((one) => permits(one, attempt));
  const rule = allowing.find((one) => about(one.host)) ?? allowing.find(({ host }) => opensNames(host));
  if (rule) return { kind: 'resolve', rule, name: host.name };
  return refuse(
    rules.allow.find((one) => about(one.host)),
    attempt,
    { kind: 'name', name: host.name },
  );
}

/**
 * Decides which addresses of a granted name may be dialled. A public address may; others only if a rule grants them by
 * class or address for the same port and protocol.
 *
 * @param rule The rule that granted the name.
 * @param addresses The addresses that the name has now; only those that the verdict names may be dialled.
 */
export function decideAddresses(
  rules: NetworkRules,
  attempt: Attempt,
  rule: NetworkRule,
  addresses: readonly IpAddress[],
): Verdict {
  const found = addresses.map((address) => ({
    address: unmapped(address),
    problem: problemOf(rules, attempt, address),
  }));
  const good = found.filter(({ problem }) => problem === undefined).map(({ address }) => address);
  if (good.length > 0) return { kind: 'allowed', rule, addresses: good };
  return found[0]?.problem ?? refused({ kind: 'unknown-name' }, { kind: 'none' });
}

/** Finds the reason why an address of a granted name may not be dialled. */
function problemOf(rules: NetworkRules, attempt: Attempt, address: IpAddress): RefusedAttempt | undefined {
  const exception = rules.except.find((one) => deniesAddress(one.host, address) && concerns(one, attempt));
  if (exception)
    return refused({ kind: 'excepted', exception, address }, { kind: 'drop-exception', exception });
  const name = classOf(address);
  if (name === 'public') return undefined;
  if (rules.allow.some((one) => grantsAddress(one.host, address) && permits(one, attempt))) return undefined;
  return refused({ kind: 'class', class: name, address }, remedyFor(patternOf(address), attempt));
}

/** Decides about a literal address. */
function decideAddress(rules: NetworkRules, attempt: Attempt, literal: IpAddress): Verdict {
  const address = unmapped(literal);
  if (isSynthetic(address)) return refused({ kind: 'stale' }, { kind: 'none' });
  const exception = rules.except.find((one) => deniesAddress(one.host, address) && concerns(one, attempt));
  if (exception) return refused({ kind: 'excepted', exception }, { kind: 'drop-exception', exception });
  const about = rules.allow.filter((one) => grantsAddress(one.host, address));
  const rule = about.find((one) => permits(one, attempt));
  if (rule) return { kind: 'allowed', rule, addresses: [address] };
  return refuse(about[0], attempt, patternOf(address));
}

/** Decides about several literal addresses of one host: the first refusal if none is allowed. */
function firstAllowed(rules: NetworkRules, attempt: Attempt, addresses: readonly IpAddress[]): Verdict {
  const verdicts = addresses.map((address) => decideAddress(rules, attempt, address));
  const allowed = verdicts.filter((verdict) => verdict.kind === 'allowed');
  const [first] = allowed;
  if (first === undefined) return verdicts[0] ?? refused({ kind: 'unknown-name' }, { kind: 'none' });
  return { ...first, addresses: allowed.flatMap((verdict) => verdict.addresses) };
}

/**
 * Decides about looking up a name in its normal form, of which no port is known: the resolver answers names that could
 * be granted for some port and refuses all others.
 */
export function decideLookup(rules: NetworkRules, name: string): { readonly kind: 'known' } | RefusedAttempt {
  if (isLocalhost(name)) return { kind: 'known' };
  const exception = rules.except.find((one) => one.all && matchesName(one.host, name));
  if (exception) return refused({ kind: 'excepted', exception }, { kind: 'drop-exception', exception });
  if (rules.allow.some(({ host }) => matchesName(host, name) || opensNames(host))) return { kind: 'known' };
  return refuse(undefined, { port: 443, protocol: 'tcp' }, { kind: 'name', name });
}

/**
 * Tells whether a pattern allows looking up any name: `public` does. Other classes and prefixes do not, because the
 * questions themselves can carry data to any server of the Internet.
 */
function opensNames(host: HostPattern): boolean {
  return host.kind === 'class' && host.name === 'public';
}

type Target = Pick<Attempt, 'port' | 'protocol'>;

function permits(rule: NetworkRule, { port, protocol }: Target): boolean {
  return rule.protocol === protocol && includesPort(rule.ports, port);
}

function concerns(exception: NetworkException, attempt: Target): boolean {
  return exception.all || permits(exception, attempt);
}

function refuse(near: NetworkRule | undefined, attempt: Target, host: HostPattern): RefusedAttempt {
  const denial: Denial = near === undefined ? { kind: 'no-rule' } : { kind: 'other-port', rule: near };
  return refused(denial, remedyFor(host, attempt));
}

function refused(denial: Denial, remedy: Remedy): RefusedAttempt {
  return { kind: 'refused', denial, remedy };
}

/** The pattern for one address as a user would write it. */
function patternOf(address: IpAddress): HostPattern {
  if (isHostLoopback(address)) return { kind: 'localhost' };
  return { kind: 'prefix', prefix: prefixOf(address, bitsOf(address)) };
}

/** The rule for exactly what was attempted; none for addresses that no connection can have. */
function remedyFor(host: HostPattern, { port, protocol }: Target): Remedy {
  if (host.kind === 'prefix' && isNowhere(host.prefix)) return { kind: 'none' };
  return { kind: 'rule', rule: { host, ports: [{ first: port, last: port }], protocol } };
}
