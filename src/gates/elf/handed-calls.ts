import { type CallName, calls } from '../../abi/generated/calls.ts';

/** The first number of a notified call: far from all numbers that Linux has. */
export const NOTIFIED = 0x10000;

/** The calls of CloudABI by their numbers, counted from `NOTIFIED`. */
export const handedCalls: readonly CallName[] = calls.map(({ name }) => name);
