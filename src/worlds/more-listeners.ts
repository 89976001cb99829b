import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { close } from '../host/files/files.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { CallList } from '../host/processes/call-list.ts';
import { packProgram } from '../host/processes/launch-stub.ts';
import { reapIfEnded, spawnStub, waitShortly } from '../host/processes/spawn.ts';
import { AnnouncedSockets } from '../host/pump/announced.ts';
import { CLONE_NEWNET, CLONE_NEWUSER } from '../linux/processes.ts';
import { SOCK_SEQPACKET } from '../linux/sockets.ts';
import type { ServedPorts } from '../network/ports.ts';
import { addListeners } from './named-network.ts';

/** A socket that listens in a program's network, and its port. */
export type OpenedListener = { readonly port: number; readonly descriptor: number };

/**
 * Makes more listeners in the network of a program that runs, by a process that enters it and ends at once. A host
 * without IPv6 has those of IPv4 alone.
 *
 * @param first The id of the first process of the program's namespaces.
 * @returns Host descriptors, which the caller closes; none when the program has no network of its own yet or any more, or
 *   a port is taken.
 * @throws SystemError, SpawnError when the host refuses.
 */
export function openMoreListeners(first: number, ports: ServedPorts): readonly OpenedListener[] {
  const opened: number[] = [];
  const [ours, theirs] = makeSocketPair(SOCK_SEQPACKET);
  opened.push(ours);
  try {
    const network = openOther(`/proc/${first}/ns/net`, '/proc/self/ns/net');
    if (network === undefined) {
      opened.push(theirs);
      return [];
    }
    opened.push(network);
    const user = openOther(`/proc/${first}/ns/user`, '/proc/self/ns/user');
    if (user !== undefined) opened.push(user);
    const list = new CallList();
    if (user !== undefined) list.call('enter the user namespace', 'setns', [user, CLONE_NEWUSER]);
    list.call('enter the network namespace', 'setns', [network, CLONE_NEWNET]);
    addListeners(list, theirs, ports);
    const end = list.label();
    list.place(end);
    list.failAt(end);
    list.call('end', 'exit_group', [0]);
    const program = packProgram(list);
    opened.push(program);
    const inherit = [theirs, network, ...(user === undefined ? [] : [user])];
    const started = spawnStub({ program, inherit, flags: 0 });
    // The end of the process is the end of what can be received.
    closeSync(theirs);
    try {
      return receiveAll(ours);
    } finally {
      while (reapIfEnded(started.pid) === undefined) waitShortly(started);
      closeSync(started.pidfd);
    }
  } finally {
    for (const descriptor of opened) close(descriptor);
  }
}

function receiveAll(socket: number): readonly OpenedListener[] {
  const sockets = new AnnouncedSockets();
  const found: OpenedListener[] = [];
  for (let some = sockets.next(socket); some !== undefined; some = sockets.next(socket))
    found.push(...some.map(({ number, descriptor }) => ({ port: number, descriptor })));
  return found;
}

/** Opens a namespace unless it is our own, or gone. */
function openOther(path: string, own: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  if (fstatSync(descriptor).ino !== statSync(own).ino) return descriptor;
  closeSync(descriptor);
  return undefined;
}
