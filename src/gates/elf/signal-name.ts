import { constants } from 'node:os';

/** Finds the name of a signal by Linux's number. */
export function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined ? `signal ${number}` : found[0];
}
