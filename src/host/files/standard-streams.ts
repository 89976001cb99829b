import { closeSync, openSync } from 'node:fs';
import { callNumberOf } from '../../linux/system-calls.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';

/** The numbers of standard input, output and error. */
export const STANDARD_STREAMS: readonly number[] = [0, 1, 2];

/** The numbers of standard output and error. */
export const STDOUT = 1;
export const STDERR = 2;

/** Numbers below are the standard streams of this process: a copy must never become one of them. */
export const FIRST_OTHER: number = STANDARD_STREAMS.length;

/**
 * Gives an open descriptor a second number, which may be open already (dup3(2)).
 *
 * @throws SystemError
 */
export function placeAt(descriptor: number, number: number): void {
  check(syscall(callNumberOf('dup3'), descriptor, number, 0), 'dup3', `of descriptor ${descriptor}`);
}

/** Connects a standard stream with nothing; its number stays taken, so that no other file ever gets it. */
export function leadNowhere(stream: number): void {
  const nowhere = openSync('/dev/null', 'r+');
  placeAt(nowhere, stream);
  closeSync(nowhere);
}
