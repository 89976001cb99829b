import type { Enforcement } from './plan-types.ts';

/** A line for each limit: what it is, and by what it is enforced. */
export function describeEnforcement(enforcement: readonly Enforcement[], indent: string): string[] {
  return enforcement.map(({ limit, by }) => `${indent}${limit}: ${by.join(', ')}`);
}
