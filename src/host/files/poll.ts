import { callNumberOf } from '../../linux/system-calls.ts';
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLRDHUP } from '../../linux/waiting.ts';
import type { Address } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

const PPOLL = callNumberOf('ppoll');

/** Events of poll(2). */
export const PollEvents = {
  in: POLLIN,
  out: POLLOUT,
  error: POLLERR,
  hangup: POLLHUP,
  invalid: POLLNVAL,
  peerHangup: POLLRDHUP,
} as const;

/** Bytes of `struct pollfd`: i32 descriptor, i16 events, i16 returned events. */
export const POLLFD = 8;

/** ppoll(2): waits until a descriptor is ready or the timeout (address of a `struct timespec`, or 0) is over. */
export function poll(descriptors: Address, count: number, timeout: Address): number {
  return syscall(PPOLL, descriptors, count, timeout, 0, 0);
}

/** Memory that is mapped stays. */
let room: NativeMemory | undefined;

/** Tells whether poll(2) reports a hangup of a descriptor now. */
export function hasHungUp(descriptor: number): boolean {
  room ??= new NativeMemory(POLLFD + 16);
  room.bytes.fill(0, 0, POLLFD + 16);
  room.view.setInt32(0, descriptor, true);
  poll(room.address, 1, room.at(POLLFD));
  return (room.view.getInt16(6, true) & PollEvents.hangup) !== 0;
}
