import { syscall } from '../../host/syscall.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import type { GuestProcess } from './guest-process.ts';

const TGKILL = callNumberOf('tgkill');
const SEND = callNumberOf('pidfd_send_signal');

/**
 * Finds the process of a thread that waits for an answer. No word of the program is believed: the kernel says whether the thread
 * belongs to a process (tgkill(2) without a signal), and, by the descriptor, that the process is still the one we know.
 *
 * Precondition for a sure answer: the thread still waits after this.
 */
export function processOfThread(processes: Iterable<GuestProcess>, thread: number): GuestProcess | undefined {
  for (const process of processes) {
    const { pid, pidfd } = process.host;
    if (syscall(TGKILL, pid, thread, 0) === 0 && syscall(SEND, pidfd, 0, 0, 0) === 0) return process;
  }
  return undefined;
}
