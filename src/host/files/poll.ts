import { callNumberOf } from '../../linux/system-calls.ts';
import { POLLERR, POLLFD_SIZE, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLRDHUP } from '../../linux/waiting.ts';
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

/** ppoll(2): waits until a descriptor is ready or the timeout (address of a `struct timespec`, or 0) is over. */
export function poll(descriptors: Address, count: number, timeout: Address): number {
  return syscall(PPOLL, descriptors, count, timeout, 0, 0);
}

/** Memory that is mapped stays. */
let room: NativeMemory | undefined;

/** Tells whether poll(2) reports a hangup of a descriptor now. */
export function hasHungUp(descriptor: number): boolean {
  room ??= new NativeMemory(POLLFD_SIZE + 16);
  room.bytes.fill(0, 0, POLLFD_SIZE + 16);
  room.view.setInt32(0, descriptor, true);
  poll(room.address, 1, room.at(POLLFD_SIZE));
  return (room.view.getInt16(6, true) & PollEvents.hangup) !== 0;
}

/**
 * Waits until there is something to read from a descriptor, its end included.
 *
 * @param milliseconds The longest wait.
 * @returns False when nothing has come.
 */
export function waitToRead(descriptor: number, milliseconds: number): boolean {
  room ??= new NativeMemory(POLLFD_SIZE + 16);
  const { view } = room;
  view.setInt32(0, descriptor, true);
  view.setInt16(4, PollEvents.in, true);
  view.setBigInt64(POLLFD_SIZE, BigInt(Math.floor(milliseconds / 1000)), true);
  view.setBigInt64(POLLFD_SIZE + 8, BigInt(Math.floor((milliseconds % 1000) * 1e6)), true);
  return poll(room.address, 1, room.at(POLLFD_SIZE)) > 0;
}
