import { type CallName, calls } from '../../abi/generated/calls.ts';

/** The first number of a notified call: far from all numbers that Linux has. */
export const NOTIFIED = 0x10000;

/**
 * The calls by their numbers, counted from `NOTIFIED`: those of CloudABI, one that it had in early versions, and the one by which
 * a process tells of the fault that ends it.
 */
export const handedCalls: readonly (CallName | 'sock_accept' | 'last_words')[] = [
  ...calls.map(({ name }) => name),
  'sock_accept',
  'last_words',
];
