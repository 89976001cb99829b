import { closeSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { PollEvents, poll } from '../host/files/poll.ts';
import { NativeMemory } from '../host/memory.ts';
import { reapIfEnded, sendSignal, waitShortly } from '../host/processes/spawn.ts';
import { POLLFD_SIZE } from '../linux/waiting.ts';
import { readMessages, type StartMessage } from './messages.ts';
import type { Started } from './start.ts';

/** Bytes that are read at once; a first process reports less. */
const REPORT = 4096;

const NANOSECONDS = 1_000_000n;

/** Memory for a `struct pollfd` and a `struct timespec`: memory that is mapped stays. */
let room: NativeMemory | undefined;

/** Waits until a descriptor can be read, or for some milliseconds. Returns false when they are over. */
function waitFor(descriptor: number, milliseconds: number): boolean {
  room ??= new NativeMemory(POLLFD_SIZE + 16);
  room.view.setInt32(0, descriptor, true);
  room.view.setInt16(4, PollEvents.in, true);
  room.view.setBigInt64(POLLFD_SIZE, BigInt(Math.floor(milliseconds / 1000)), true);
  room.view.setBigInt64(POLLFD_SIZE + 8, BigInt(Math.floor(milliseconds % 1000)) * NANOSECONDS, true);
  return poll(room.address, 1, room.at(POLLFD_SIZE)) !== 0;
}

/** Options for waiting for a program. */
export type Patience = {
  /** Milliseconds after which `look` is called, again and again. */
  readonly every: number;
  /**
   * Looks at a program that is still running.
   *
   * @param first The id of its first process, whose child it is.
   * @returns Tells whether it must be ended.
   */
  readonly look: (first: number) => boolean;
};

/**
 * Waits on this thread for the end of a program that was started in a world and starts no others.
 *
 * @returns Its end; `undefined` when it had to be ended, or its first process was killed by others.
 */
export function waitForEnd(started: Started, patience: Patience | undefined): StartMessage | undefined {
  const { status, process: first, list } = started;
  const bytes = Buffer.alloc(REPORT);
  let length = 0;
  let stopped = false;
  try {
    for (;;) {
      if (patience !== undefined && !stopped && !waitFor(status, patience.every)) {
        stopped = patience.look(first.pid);
        // The program dies with its first process, with or without namespaces.
        if (stopped) sendSignal(first, constants.signals.SIGKILL);
        continue;
      }
      const read = readSync(status, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
  } finally {
    closeSync(status);
  }
  while (reapIfEnded(first.pid) === undefined) waitShortly(first);
  closeSync(first.pidfd);
  return stopped ? undefined : readMessages(bytes.subarray(0, length), list);
}
