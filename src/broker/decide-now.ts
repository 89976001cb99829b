import type { IpAddress } from '../network/address.ts';
import { decide, decideAddresses } from '../network/decide.ts';
import type { NetworkRules } from '../network/rule.ts';
import type { Attempt, Verdict } from '../network/verdict.ts';
import type { LookUp } from './look-up.ts';

/** Decides about an attempt whose name, if it has one, has these addresses. */
export function decideFound(
  rules: NetworkRules,
  attempt: Attempt,
  addresses: readonly IpAddress[],
): Exclude<Verdict, { kind: 'resolve' }> {
  const verdict = decide(rules, attempt);
  if (verdict.kind !== 'resolve') return verdict;
  const decided = decideAddresses(rules, attempt, verdict.rule, addresses);
  if (decided.kind === 'resolve') throw new Error('A name was looked up twice');
  return decided;
}

/**
 * Decides about an attempt, and looks a granted name up for it.
 *
 * @param rules Gives the rules of now: they may change while a name is looked up.
 */
export async function decideNow(
  rules: () => NetworkRules,
  lookUp: LookUp,
  attempt: Attempt,
): Promise<Exclude<Verdict, { kind: 'resolve' }>> {
  const first = decide(rules(), attempt);
  if (first.kind !== 'resolve') return first;
  const addresses = lookUp.known(first.name) ?? (await lookUp.find(first.name));
  return decideFound(rules(), attempt, addresses);
}
