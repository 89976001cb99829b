import { readlinkSync } from 'node:fs';
import { NumericListing } from '../host/files/directories.ts';
import { getFlags } from '../host/files/files.ts';
import { syscall } from '../host/syscall.ts';
import { O_CLOEXEC, O_WRONLY } from '../linux/open-flags.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** Descriptors of Node's own event loops: they reach nothing outside the process. */
const internal = /^anon_inode:\[(?:eventpoll|eventfd|timerfd|io_uring|inotify)\]$/;

/** Puts an empty file in the place of every descriptor of the process that `findOthers` finds. */
export function closeOthers(kept: ReadonlySet<number>, placeholder: number): void {
  for (const descriptor of findOthers(kept)) {
    if (descriptor !== placeholder) syscall(callNumberOf('dup3'), placeholder, descriptor, O_CLOEXEC);
  }
}

/**
 * Every open descriptor but the given ones and those of Node's own event loops, which are event queues and pipes with
 * both ends in this process.
 */
export function findOthers(kept: ReadonlySet<number>): number[] {
  const listing = new NumericListing('/proc/self/fd');
  const open = new Map<number, string>();
  for (const descriptor of listing.read()) {
    if (descriptor === listing.descriptor) continue;
    try {
      open.set(descriptor, readlinkSync(`/proc/self/fd/${descriptor}`));
    } catch {
      // It is gone already.
    }
  }
  listing.close();
  const own = ([descriptor, target]: readonly [number, string]): boolean =>
    kept.has(descriptor) ||
    internal.test(target) ||
    (target.startsWith('pipe:') && hasBothEnds(open, target));
  return [...open].filter((one) => !own(one)).map(([descriptor]) => descriptor);
}

function hasBothEnds(open: ReadonlyMap<number, string>, pipe: string): boolean {
  const ends = [...open].filter(([, target]) => target === pipe).map(([descriptor]) => descriptor);
  const writable = ends.map((descriptor) => (getFlags(descriptor) & O_WRONLY) !== 0);
  return writable.includes(true) && writable.includes(false);
}
