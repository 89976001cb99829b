import { close } from '../host/files/files.ts';
import { answerControl } from '../process/control-socket.ts';
import { describeExit, type ExitReason } from '../process/exit-reason.ts';
import type { Process } from '../process/process.ts';
import type { OpenedChild } from '../resources/resource.ts';
import { printable } from '../text/printable.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import { startProgram } from './program-start.ts';

/** Programs that serve the one that they were started with. */
export type StartedServers = {
  /** Resolves with the service that has ended, and with which the program is to end. */
  readonly fatal: Promise<string>;
  readonly end: () => void;
};

/**
 * Starts the programs that another one controls (`!process`), and those that serve it (`!service` with a module).
 *
 * @param children They are taken out of this list as they are started; the sockets of the others stay the caller's.
 * @param accept Mechanisms that this host may lack.
 * @returns The servers; `undefined` for none.
 * @throws The errors of `launch`. Those that were started before end when their descriptors are closed.
 */
export function startChildren(
  children: OpenedChild[],
  accept: readonly Mechanism[],
): StartedServers | undefined {
  const servers: Process[] = [];
  let onFatal = (_service: string): void => undefined;
  const fatal = new Promise<string>((resolve) => {
    onFatal = resolve;
  });
  for (let next = children.shift(); next !== undefined; next = children.shift()) {
    const { child, socket, ...use } = next;
    try {
      const started = startProgram(child.program, child.content ?? null, { accept });
      if (use.serves) {
        servers.push(started);
        close(socket);
        // Asking keeps the process: one whose object is not held would end with the object.
        void started.exited.then((reason) => {
          tellEnd(child.program, reason);
          if (use.whenLost === 'end') onFatal(child.program);
        });
      } else answerControl(started, socket, { keeps: child.daemon ? 'launcher' : 'holders' });
    } catch (error) {
      close(socket);
      for (const server of servers) server.kill();
      throw error;
    }
  }
  if (servers.length === 0) return undefined;
  return {
    fatal,
    end: () => {
      for (const server of servers) server.kill();
    },
  };
}

/** Tells the person who starts a program why its service has failed: the program itself only learns that it has ended. */
function tellEnd(service: string, reason: ExitReason): void {
  if ((reason.kind === 'exited' && reason.code === 0) || reason.kind === 'killed') return;
  const words = reason.kind === 'exited' ? reason.message : undefined;
  const why = printable(`${describeExit(reason)}${words === undefined ? '' : `: ${words}`}`);
  process.emitWarning(`Service '${printable(service)}' has ended: ${why}`, 'CloudabiWarning');
}
