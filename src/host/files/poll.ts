import type { Address } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { callNumberOf } from '../system-calls.ts';

const PPOLL = callNumberOf('ppoll');

/** Events of poll(2). */
export const PollEvents = { in: 1, out: 4, error: 8, hangup: 16, invalid: 32, peerHangup: 0x2000 } as const;

/** Bytes of `struct pollfd`: i32 descriptor, i16 events, i16 returned events. */
export const POLLFD = 8;

/** ppoll(2): waits until a descriptor is ready or the timeout (address of a `struct timespec`, or 0) is over. */
export function poll(descriptors: Address, count: number, timeout: Address): number {
  return syscall(PPOLL, descriptors, count, timeout, 0, 0);
}
