import { statSync } from 'node:fs';
import { hostPath } from '../../host/files/host-path.ts';
import type { CommandParts } from '../../resources/command.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { pathProblem } from '../../resources/linux-parts.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { spell } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import type { Walls } from '../../worlds/world.ts';
import type { PlannedTree } from './tree.ts';

/** The plan that sockets are put into. */
export type SocketContext = {
  readonly walls: Walls;
  readonly tree: PlannedTree;
  readonly mistakes: Mistakes;
};

/**
 * Puts the UNIX sockets that a user grants into the world of a Linux program: each is mounted alone, so that nothing else
 * of its directory is seen.
 */
export function putSockets(
  { linux, spelling }: CommandParts,
  { walls, tree, mistakes }: SocketContext,
): void {
  for (const [at, { path, absolute, position }] of linux.sockets) {
    const why = `sockets[${JSON.stringify(at)}]`;
    const wrong = (message: string): void => {
      mistakes.add(message, position, why);
    };
    const problem = pathProblem(at) ?? tree.noPlaceFor(at, false);
    if (problem !== undefined) wrong(`The program cannot see a socket at ${quote(at)}: ${problem}`);
    else if (walls === 'landlock')
      wrong(
        `'${spell('sockets', spelling)}' needs namespaces: without them the program can connect to no UNIX socket, because Landlock does not tell them apart`,
      );
    else {
      const not = notSocket(absolute);
      if (not !== undefined) wrong(`Cannot grant the socket ${quote(path)}: ${not}`);
      else
        tree.put({
          kind: 'mount',
          at,
          path: absolute,
          type: 'socket',
          access: 'read',
          execute: false,
          file: undefined,
          why,
          position,
        });
    }
  }
}

/** Says why a path is that of no socket; `undefined` if it is. */
function notSocket(path: string): string | undefined {
  try {
    return statSync(hostPath(path)).isSocket() ? undefined : 'it is no UNIX socket';
  } catch (error) {
    return reasonOf(error);
  }
}
