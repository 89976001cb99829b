import { architecture } from '../../linux/architecture.ts';
import { SOCK_SEQPACKET } from '../../linux/sockets.ts';
import { close } from '../files/files.ts';
import { makeSocketPair } from '../files/new-descriptors.ts';
import { fillIn } from '../placeholder.ts';
import { executableFile, imageOf } from '../processes/small-program.ts';
import { type Spawned, spawnStub } from '../processes/spawn.ts';
import { pumpCode } from './code.ts';

/** A pump that was started, and the sockets that lead to it. Both are host descriptors, which the caller closes. */
export type StartedPump = {
  readonly process: Spawned;
  /** Our end of its control socket, a stream of records; when it closes, the pump ends. */
  readonly control: number;
  /**
   * A socket that keeps messages apart. The launch sends the sockets of the namespace through it, and at last a message
   * that says there are no more; until then the pump does nothing.
   */
  readonly intake: number;
};

/**
 * Starts a pump. It dies with this thread, and when its control socket closes.
 *
 * @throws SpawnError, SystemError when the host refuses; nothing stays open then.
 */
export function startPump(): StartedPump {
  const [control, theirControl] = makeSocketPair();
  const [intake, theirIntake] = makeSocketPair(SOCK_SEQPACKET);
  const code = Buffer.from(pumpCode[architecture], 'base64');
  fillIn(code, theirControl, theirIntake, process.pid);
  const opened: number[] = [theirControl, theirIntake];
  try {
    const program = executableFile('cloudabi-pump', [{ bytes: imageOf(code, 0), at: 0 }]);
    opened.push(program);
    const started = spawnStub({ program, inherit: [theirControl, theirIntake], flags: 0 });
    return { process: started, control, intake };
  } catch (error) {
    close(control);
    close(intake);
    throw error;
  } finally {
    for (const descriptor of opened) close(descriptor);
  }
}
