import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Tells whether this process has a ring of io_uring(7), as event loops of some versions of Node do. What goes through a
 * ring, no filter of system calls sees; a process that is started with UV_USE_IO_URING=0 has none.
 */
export function hasRing(): boolean {
  return readdirSync('/proc/self/fd').some((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === 'anon_inode:[io_uring]';
    } catch {
      return false;
    }
  });
}
