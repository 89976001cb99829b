import { close } from '../host/files/files.ts';
import { answerControl } from '../process/control-socket.ts';
import type { OpenedChild } from '../resources/resource.ts';
import type { Mechanism } from '../walls/mechanisms.ts';
import { startProgram } from './program-start.ts';

/**
 * Starts the programs that another one controls (`!process`).
 *
 * @param children They are taken out of this list as they are started; the sockets of the others stay the caller's.
 * @param accept Mechanisms that this host may lack.
 * @throws The errors of `launch`. Those that were started before end when their descriptors are closed.
 */
export function startChildren(children: OpenedChild[], accept: readonly Mechanism[]): void {
  for (let next = children.shift(); next !== undefined; next = children.shift()) {
    const { child, socket } = next;
    try {
      const process = startProgram(child.program, child.content ?? null, { accept });
      answerControl(process, socket, { keeps: child.daemon ? 'launcher' : 'holders' });
    } catch (error) {
      close(socket);
      throw error;
    }
  }
}
