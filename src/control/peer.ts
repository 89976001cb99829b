import { closeSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { descriptorOfSocket } from '../host/sockets/node-descriptor.ts';
import { getOption } from '../host/sockets/socket-setup.ts';
import { SO_PEERCRED, SO_PEERPIDFD, SOL_SOCKET } from '../linux/sockets.ts';

/** Namespaces in which a trusted peer lives as we do: programs that we start have others. */
const NAMESPACES = ['mnt', 'pid', 'user'] as const;

/**
 * Tells whether the process at the other end of a UNIX socket is one of this user outside of every sandbox of ours: it has our
 * namespaces, and no more filters of system calls than we have. A program that was granted the folder of the socket
 * is none.
 */
export function isTrustedPeer(socket: Socket): boolean {
  const descriptor = descriptorOfSocket(socket);
  if (descriptor === undefined) return false;
  // A descriptor of the process (Linux 6.5) tells when its id is another one's by now.
  const held = getOption(descriptor, [SOL_SOCKET, SO_PEERPIDFD]);
  if (held < 0) return isOneOfUs(getOption(descriptor, [SOL_SOCKET, SO_PEERCRED]));
  try {
    const pid = processBehind(held);
    return isOneOfUs(pid) && processBehind(held) === pid;
  } finally {
    closeSync(held);
  }
}

/** The id of a process by its descriptor (proc_pid_fdinfo(5)); -1 when it has ended. */
function processBehind(pidfd: number): number {
  const [, pid = '-1'] = /^Pid:\t(-?\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${pidfd}`, 'latin1')) ?? [];
  return Number(pid);
}

function isOneOfUs(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    const { uid } = statSync(`/proc/${pid}`);
    if (uid !== process.geteuid?.() && uid !== 0) return false;
    return (
      NAMESPACES.every(
        (name) => readlinkSync(`/proc/${pid}/ns/${name}`) === readlinkSync(`/proc/self/ns/${name}`),
      ) && filtersOf(`${pid}`) <= filtersOf('self')
    );
  } catch {
    return false;
  }
}

/** Counts the filters of system calls of a process (proc_pid_status(5), Linux 5.9). */
function filtersOf(pid: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const [, filters] = /^Seccomp_filters:\t(\d+)$/m.exec(status) ?? [];
  return Number(filters ?? /^Seccomp:\t(\d+)$/m.exec(status)?.[1] ?? 0);
}
