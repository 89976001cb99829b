import { CLOSE_RANGE_CLOEXEC, UINT_MAX } from '../../linux/fcntl.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { syscall } from '../syscall.ts';
import { FIRST_OTHER } from './standard-streams.ts';

/**
 * Makes sure that processes which this one starts get no descriptor beyond standard streams and those they are handed
 * explicitly, in spite of descriptors that this process itself has inherited (close_range(2), Linux 5.11). Node does so at its
 * start only up to the first number that is free.
 *
 * @returns 0 or `-errno`.
 */
export function handOnNothing(): number {
  return syscall(callNumberOf('close_range'), FIRST_OTHER, UINT_MAX, CLOSE_RANGE_CLOEXEC);
}
