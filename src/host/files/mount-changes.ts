import { openSync } from 'node:fs';
import { POLLERR, POLLFD_SIZE, POLLPRI } from '../../linux/waiting.ts';
import { NativeMemory } from '../memory.ts';
import { poll } from './poll.ts';

/** A descriptor of the table of mounts, for as long as this process lives, and memory for poll(2). */
let watched: { readonly descriptor: number; readonly room: NativeMemory } | undefined;

/**
 * Tells whether anything was mounted or unmounted in the mount namespace of this process since this was last asked
 * (proc_pid_mountinfo(5)). The first time, it was.
 *
 * @throws Error of `node:fs` where there is no /proc.
 */
export function mountsHaveChanged(): boolean {
  const first = watched === undefined;
  watched ??= { descriptor: openSync('/proc/self/mountinfo', 'r'), room: new NativeMemory(POLLFD_SIZE + 16) };
  const { descriptor, room } = watched;
  room.view.setInt32(0, descriptor, true);
  room.view.setInt16(4, POLLPRI, true);
  poll(room.address, 1, room.at(POLLFD_SIZE));
  return first || (room.view.getInt16(6, true) & (POLLPRI | POLLERR)) !== 0;
}
