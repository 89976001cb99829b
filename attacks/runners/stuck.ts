import { readdirSync, readFileSync } from 'node:fs';
import { processesWith } from './neighbours.ts';

/** The most threads that are told of, so that a message stays readable. */
const MOST_THREADS = 60;

/** Reads a file of proc_pid(5) as one line; empty for a thread that is gone. */
function lineOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/**
 * Lists the threads of all programs of an attempt and of the processes above them, a line each, with name,
 * state, place in the kernel and system call (proc_pid_wchan(5), proc_pid_syscall(5)).
 *
 * @param mark Variable and value in the environment of the attempt's processes.
 */
export function describeStuck(mark: string): string {
  const found = new Set(processesWith(mark));
  for (const pid of [...found]) {
    const above = Number(/^PPid:\s+(\d+)/m.exec(lineOf(`/proc/${pid}/status`))?.[1]);
    if (above !== process.pid) found.add(above);
  }
  return [...found]
    .flatMap((pid) => namesIn(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`))
    .slice(0, MOST_THREADS)
    .map((path) => {
      const state = /^State:\s+(\S)/m.exec(lineOf(`${path}/status`))?.[1] ?? '?';
      return `${path} ${lineOf(`${path}/comm`)} ${state} ${lineOf(`${path}/wchan`)} ${lineOf(`${path}/syscall`)}\n`;
    })
    .join('');
}
