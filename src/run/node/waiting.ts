import { closeSync } from 'node:fs';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import type { AddonFolders } from '../../plan/node/addons.ts';
import { type NodeNetwork, openNodeWorld } from '../../plan/node/node-world.ts';
import { Inherited } from '../../process/start-file.ts';
import { missingMechanisms } from '../../walls/confinement.ts';
import { type Started, startLinux } from '../../worlds/start.ts';

/** A process of Node's in a world of its own, which waits to be told which program it is to be. */
export type WaitingNode = {
  readonly started: Started;
  /** Our end of the socket on which it is told (host/sockets/handover.ts) and on which it reports. */
  readonly socket: number;
};

/** Tells whether this host filters system calls; where it does not, the process refuses to go on unless that was accepted. */
function canFilter(): boolean {
  return !missingMechanisms().includes('seccomp');
}

/**
 * Starts one. It knows nothing yet and holds nothing: its program can be found out while Node starts.
 *
 * @param addons Folders that granted addons are loaded from; none by default.
 * @param within Its network, and what goes with it; none by default.
 * @throws SpawnError, SystemError, ElfError, Error of Node: nothing was started. What fails later arrives on its
 *   status socket.
 */
export function startWaiting(addons?: AddonFolders, within?: NodeNetwork): WaitingNode {
  const [socket, theirs] = makeSocketPair();
  try {
    const { world, close } = openNodeWorld([[Inherited.report, theirs]], addons, within);
    try {
      // It raises Landlock and the filter itself, with what only it can know: the descriptors it was handed.
      return { started: startLinux(world, { landlock: true, seccomp: !canFilter() }), socket };
    } finally {
      close();
    }
  } catch (error) {
    closeSync(socket);
    throw error;
  } finally {
    closeSync(theirs);
  }
}
