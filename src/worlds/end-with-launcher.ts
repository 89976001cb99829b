import type { CallList, Label } from '../host/processes/call-list.ts';
import { PR_SET_PDEATHSIG } from '../linux/prctl.ts';
import { SIGKILL } from '../linux/signals.ts';

/**
 * Adds the steps by which a process of the launcher's does not outlive it.
 *
 * @param alive An end of a pipe or socket whose other end the launcher holds.
 * @param end The step that follows if the launcher has gone already.
 */
export function addEndWithLauncher(list: CallList, alive: number, end: Label): void {
  list.call('end with the launcher', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  const poll = Buffer.alloc(8);
  poll.writeInt32LE(alive, 0);
  const goOn = list.label();
  const now = list.data('now', [new Uint8Array(16)]);
  list.call('look for the launcher', 'ppoll', [list.data('pollfd', [poll]), 1, now, 0, 8], {
    onPositive: end,
    onZero: goOn,
  });
  list.place(goOn);
}
