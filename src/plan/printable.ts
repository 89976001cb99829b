import type { Enforcement } from './plan-types.ts';

/** Paths and names come from elsewhere: no control characters reach the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\u{fffd}');
}

/** A line for each limit: what it is, and by what it is enforced. */
export function describeEnforcement(enforcement: readonly Enforcement[], indent: string): string[] {
  return enforcement.map(({ limit, by }) => `${indent}${limit}: ${by.join(', ')}`);
}
