import { type CallName, calls } from '../../abi/generated/calls.ts';

/** The first number of a notified call: far from all numbers that Linux has. */
export const NOTIFIED = 0x10000;

/** The calls by their numbers, counted from `NOTIFIED`: those of CloudABI, and one that it had in early versions. */
export const handedCalls: readonly (CallName | 'sock_accept')[] = [
  ...calls.map(({ name }) => name),
  'sock_accept',
];
