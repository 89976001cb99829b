import { formatAddress, type IpAddress, parseAddress } from '../../network/address.ts';
import { decide, decideAddresses } from '../../network/decide.ts';
import { parseName } from '../../network/name.ts';
import type { NetworkException, NetworkRule, PortProtocol } from '../../network/rule.ts';
import type { Attempt } from '../../network/verdict.ts';
import { ServiceError } from '../service-error.ts';

/** The part of a channel's limits that decides about connections. */
export type NetLimits = {
  readonly connect: readonly NetworkRule[];
  readonly except: readonly NetworkException[] | undefined;
  readonly families: readonly IpAddress['family'][] | undefined;
};

/** An address that a look-up through the channel has returned, for one port. */
export type LookedUp = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: PortProtocol;
};

/** A host with a port, as a client names it. @throws ServiceError `EINVAL` */
export function attemptOf(host: string, port: number, protocol: PortProtocol): Attempt {
  const address = parseAddress(host);
  if (address !== undefined) return { host: { kind: 'address', address }, port, protocol };
  const parsed = parseName(host);
  if ('problem' in parsed) throw new ServiceError('EINVAL', `'host' is no host: ${parsed.problem}`);
  return { host: { kind: 'name', name: parsed.name }, port, protocol };
}

/**
 * Leaves the addresses of a host that a channel may connect to.
 *
 * @param found The addresses that a name has.
 * @throws ServiceError `ENOTCAPABLE` for none.
 */
export function allowedAddresses(
  limits: NetLimits,
  attempt: Attempt,
  found: readonly IpAddress[],
): readonly IpAddress[] {
  const rules = { allow: limits.connect, except: limits.except ?? [] };
  const first = decide(rules, attempt);
  const verdict = first.kind === 'resolve' ? decideAddresses(rules, attempt, first.rule, found) : first;
  const addresses = verdict.kind === 'allowed' ? verdict.addresses : [];
  const left = addresses.filter(({ family }) => limits.families?.includes(family) ?? true);
  if (left.length === 0) throw beyond();
  return left;
}

/** Tells whether a channel may ask for the addresses of a host at all. @throws ServiceError `ENOTCAPABLE` */
export function requireName(limits: NetLimits, attempt: Attempt): void {
  if (decide({ allow: limits.connect, except: limits.except ?? [] }, attempt).kind === 'refused')
    throw beyond();
}

function beyond(): ServiceError {
  return new ServiceError('ENOTCAPABLE', 'The channel does not connect there');
}

/** Finds a look-up by the address and port that it has returned. */
export function lookedUpAt(
  known: readonly LookedUp[],
  address: IpAddress,
  { port, protocol }: Pick<Attempt, 'port' | 'protocol'>,
): LookedUp | undefined {
  const text = formatAddress(address);
  return known.find((one) => one.address === text && one.port === port && one.protocol === protocol);
}
