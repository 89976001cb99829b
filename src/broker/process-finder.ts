import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { descendantsOf } from '../host/processes/descendants.ts';
import type { Endpoints } from '../host/pump/records.ts';
import { getOption } from '../host/sockets/socket-setup.ts';
import { SO_PEERCRED, SOL_SOCKET } from '../linux/sockets.ts';

/** A process of a program, by the number that the host knows it by. */
export type FoundProcess = { readonly pid: number; readonly executable: string };

/** The most descriptors that are looked at for one refusal. */
const MOST_DESCRIPTORS = 4096;

/**
 * Finds the process of a program that has a socket, by the local port (proc_pid_net(5)).
 *
 * @param first The id of the first process of the program's namespaces.
 * @returns `undefined` when the socket is closed already, or /proc does not show it.
 */
export function findProcess(first: number, { protocol, source }: Endpoints): FoundProcess | undefined {
  try {
    const inode = inodeOf(first, protocol, source.address.length === 16, source.port);
    if (inode === undefined) return undefined;
    const wanted = `socket:[${inode}]`;
    let left = MOST_DESCRIPTORS;
    for (const pid of descendantsOf(first)) {
      for (const descriptor of listed(`/proc/${pid}/fd`)) {
        if (left-- === 0) return undefined;
        if (linkOf(`/proc/${pid}/fd/${descriptor}`) === wanted)
          return { pid, executable: linkOf(`/proc/${pid}/exe`) ?? '' };
      }
    }
  } catch {
    // The program may end meanwhile.
  }
  return undefined;
}

/**
 * Finds the process that has connected a UNIX socket (SO_PEERCRED, unix(7)).
 *
 * @param descriptor Host descriptor of the accepted end.
 * @returns `undefined` when it has ended, or lives where we have no number for it.
 */
export function processOfPeer(descriptor: number): FoundProcess | undefined {
  const pid = getOption(descriptor, [SOL_SOCKET, SO_PEERCRED]);
  const executable = pid > 0 ? linkOf(`/proc/${pid}/exe`) : undefined;
  return executable === undefined ? undefined : { pid, executable };
}

/**
 * Finds the one process of a program that can start no other.
 *
 * @param first The id of the first process of its namespaces.
 * @returns `undefined` when there is none, or another one all the same.
 */
export function findOnlyProcess(first: number): FoundProcess | undefined {
  const [pid, ...others] = descendantsOf(first);
  if (pid === undefined || others.length > 0) return undefined;
  const executable = linkOf(`/proc/${pid}/exe`);
  return executable === undefined ? undefined : { pid, executable };
}

/** Finds a socket's inode in the tables of a network: a dual-stack socket stands in that of IPv6. */
function inodeOf(first: number, protocol: string, six: boolean, port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of six ? [`${protocol}6`] : [protocol, `${protocol}6`]) {
    for (const line of readFileSync(`/proc/${first}/net/${table}`, 'latin1').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const inode = fields[9];
      if (fields[1]?.endsWith(suffix) && inode !== undefined && inode !== '0') return inode;
    }
  }
  return undefined;
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
