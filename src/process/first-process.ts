import { readFileSync } from 'node:fs';
import type { Process } from './process.ts';
import { hostDescriptorOf } from './process-resource.ts';

/** Finds the parent of a program's own process, beneath which all its processes are; `undefined` when it has ended. */
export function firstProcess(program: Process): number | undefined {
  const descriptor = hostDescriptorOf(program);
  if (descriptor === undefined) return undefined;
  try {
    const [, pid] = /^Pid:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1')) ?? [];
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    // A program without namespaces of its own may be our child.
    return parent === process.pid ? Number(pid) : parent;
  } catch {
    return undefined;
  }
}
