import { Socket } from 'node:net';
import { CarriedSockets } from '../broker/carried-sockets.ts';
import { ModuleNetwork } from '../broker/module-network.ts';
import { close } from '../host/files/files.ts';
import type { ConnectionRefusal } from '../network/refusal.ts';
import type { LauncherPart } from '../services/launcher/part.ts';
import { filterAgent } from '../ssh-agent/agent-filter.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import { serveLog } from './log-part.ts';
import { PacketSockets } from './packet-sockets.ts';
import { ProgramLauncher } from './program-launcher.ts';

/** Options of services. */
export type ServiceOptions = {
  /** Mechanisms that this host may lack. */
  readonly accept: readonly Mechanism[];
  /** Called for connections that are refused or delayed beyond what a service decides by itself: by limits that are counted. */
  readonly onRefused?: ((refusal: ConnectionRefusal) => void) | undefined;
};

/** A part of the launcher that works for a service. */
export type StartedPart = {
  /** Ends it. It ends by itself when the service has ended. */
  close(): void;
};

/**
 * Starts a part of the launcher.
 *
 * @param socket A host descriptor of its end of the socket to the service, which belongs to it from now on.
 * @param contents The grants of programs that it starts.
 * @param handed The same of a socket on which the service hands descriptors over.
 */
export function startPart(
  part: LauncherPart,
  socket: number,
  handed: number,
  contents: ReadonlyMap<string, unknown>,
  { accept, onRefused }: ServiceOptions,
): StartedPart {
  switch (part.kind) {
    case 'network': {
      close(handed);
      const { rules, bind, limits } = part;
      const counts = Object.keys(limits).length > 0;
      const carried: CarriedSockets | undefined = counts
        ? new CarriedSockets(limits, {
            onLimit: (limit) => network.noteLimit(limit),
            // Its connections have ended, and none is made without limits.
            onLost: () => network.close(),
          })
        : undefined;
      const network: ModuleNetwork = new ModuleNetwork(socket, {
        rules,
        bind,
        carried,
        resolver: undefined,
        onRefused,
        process: undefined,
        socketFor: () => undefined,
      });
      return {
        close: () => {
          network.close();
          carried?.close();
        },
      };
    }
    case 'ssh-agent': {
      close(handed);
      const client = new Socket({ fd: socket, readable: true, writable: true });
      client.unref();
      filterAgent(client, { agent: part.agent, keys: part.keys, onRefused: () => undefined });
      return { close: () => client.destroy() };
    }
    case 'log':
      close(handed);
      return serveLog(socket, part.path);
    case 'sockets':
      close(handed);
      return new PacketSockets(socket, part.sockets);
    case 'programs':
      return new ProgramLauncher(socket, handed, part.programs, contents, accept);
  }
}
