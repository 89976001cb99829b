import type { Enforcement } from './plan-types.ts';

/** A line for each limit and its mechanism. */
export function describeEnforcement(enforcement: readonly Enforcement[], indent: string): string[] {
  return enforcement.map(({ limit, by }) => `${indent}${limit}: ${by.join(', ')}`);
}
