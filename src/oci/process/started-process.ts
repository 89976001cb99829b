import { readSync } from 'node:fs';
import { close } from '../../host/files/files.ts';
import type { CallList } from '../../host/processes/call-list.ts';
import { LIST_ADDRESS, packProgram } from '../../host/processes/launch-stub.ts';
import { type Spawned, sendSignal, spawnStub } from '../../host/processes/spawn.ts';
import { syscall } from '../../host/syscall.ts';
import { errnoMeaning } from '../../linux/errno.ts';
import { __WALL } from '../../linux/processes.ts';
import { SIGKILL } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { OciError } from '../oci-error.ts';

/** The bytes of a report of a step that failed. */
const FAILURE_SIZE = 16;

/** A process of a container whose list runs. */
export class StartedProcess {
  readonly process: Spawned;
  #list: CallList;
  readonly #status: number;

  /**
   * Starts a process with a list.
   *
   * @param status Our end of the socket on which it reports.
   * @param place Host descriptors, and the numbers that it gets them under.
   * @throws SpawnError
   */
  constructor(
    list: CallList,
    status: number,
    place: readonly (readonly [host: number, number: number])[],
    flags: number,
  ) {
    this.#list = list;
    this.#status = status;
    const program = packProgram(list);
    try {
      this.process = spawnStub({ program, inherit: [0, 1, 2], place, flags });
    } finally {
      close(program);
    }
  }

  /**
   * Waits for a message, or for the end of the process (`''`).
   *
   * @throws OciError when a step of the list has failed.
   */
  wait(): string {
    const room = Buffer.alloc(FAILURE_SIZE);
    const length = readSync(this.#status, room);
    if (length !== FAILURE_SIZE) return room.toString('latin1', 0, length);
    const failure = this.#list.failure(
      LIST_ADDRESS,
      Number(room.readBigInt64LE(0)),
      Number(room.readBigInt64LE(8)),
    );
    if (failure === undefined) throw new OciError('The first process has reported nonsense');
    throw new OciError(`${failure.step.words}: ${errnoMeaning(failure.errno)}`);
  }

  /** The same for one message, without which it cannot go on. @throws OciError */
  expect(message: string): void {
    if (this.wait() !== message) throw new OciError('The process of the container ended before it was ready');
  }

  /** The list with which it goes on: failures are steps of that from now on. */
  follow(list: CallList): void {
    this.#list = list;
  }

  /** Ends the process and takes its end. */
  end(): void {
    sendSignal(this.process, SIGKILL);
    syscall(callNumberOf('wait4'), this.process.pid, 0, __WALL, 0);
  }
}
