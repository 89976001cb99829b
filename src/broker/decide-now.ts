import type { Socket } from 'node:net';
import type { IpAddress } from '../network/address.ts';
import { decide, decideAddresses } from '../network/decide.ts';
import type { NetworkRules } from '../network/rule.ts';
import type { Attempt, Verdict } from '../network/verdict.ts';
import { connectTo, MOST_TRIES } from './dial.ts';
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

/**
 * Connects to a host as a connection of the program would be: looked up, checked, and dialled by address.
 *
 * @returns A connected socket, of which nothing was read.
 * @throws Error when no rule allows it, or no address answers.
 */
export async function dialNow(rules: () => NetworkRules, lookUp: LookUp, attempt: Attempt): Promise<Socket> {
  const verdict = await decideNow(rules, lookUp, attempt);
  if (verdict.kind !== 'allowed') throw new Error('No rule grants this connection');
  let last: unknown = new Error('There is no address');
  for (const address of verdict.addresses.slice(0, MOST_TRIES)) {
    try {
      return await connectTo(address, attempt.port);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
