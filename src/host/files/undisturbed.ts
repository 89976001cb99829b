import { LinuxErrno } from '../../linux/errno.ts';

/**
 * Tries at most this often. A process that renames without a pause, in any directory of the machine, disturbed one lookup of
 * several hundred more than 64 times, and one of thousands 658 times; an attempt takes some microseconds.
 */
const ATTEMPTS = 10_000;

/**
 * Makes a lookup again for as long as renames or mounts elsewhere disturb it. The kernel cannot tell then that `..` stayed beneath
 * the directory, and answers EAGAIN (openat2(2)).
 *
 * @param lookup Makes the lookup; its result, or `-errno`.
 * @returns The first other result, or `-EAGAIN` after the last attempt.
 */
export function undisturbed(lookup: () => number): number {
  let result = lookup();
  for (let attempt = 1; attempt < ATTEMPTS && result === -LinuxErrno.EAGAIN; attempt++) result = lookup();
  return result;
}
