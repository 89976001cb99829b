import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { sendSignal } from '../host/processes/spawn.ts';
import type { Process } from '../process/process.ts';
import { hostDescriptorOf } from '../process/process-resource.ts';

const { SIGSTOP, SIGCONT } = constants.signals;

/** The time in which the kernel must have stopped every thread, in milliseconds. */
const LONGEST_STOP = 1000;

/** Does something while a program in TypeScript or JavaScript, which is one process, is stopped. */
export async function whileStopped<Result>(
  program: Process,
  doing: () => Promise<Result>,
): Promise<Result | undefined> {
  const pidfd = hostDescriptorOf(program);
  if (pidfd === undefined || sendSignal({ pid: 0, pidfd }, SIGSTOP) < 0) return undefined;
  try {
    for (const end = Date.now() + LONGEST_STOP; !isStopped(pidfd); await pause(1))
      if (Date.now() > end) return undefined;
    return await doing();
  } finally {
    sendSignal({ pid: 0, pidfd }, SIGCONT);
  }
}

/** Looks at the state of a process (proc_pid_stat(5)), whose id its descriptor tells (proc_pid_fdinfo(5)). */
function isStopped(pidfd: number): boolean {
  const [, pid] = /^Pid:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${pidfd}`, 'latin1')) ?? [];
  if (pid === undefined) return false;
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).startsWith('T');
}
