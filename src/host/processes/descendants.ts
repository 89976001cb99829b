import { readdirSync, readFileSync } from 'node:fs';

/** The most processes that are looked at. */
const MOST_PROCESSES = 256;

/** Lists the processes beneath one, by their ids (proc_pid_task(5)), parents first; at most 256. */
export function descendantsOf(first: number): readonly number[] {
  const found: number[] = [];
  for (const queue = [first]; queue.length > 0 && found.length < MOST_PROCESSES; ) {
    const pid = queue.shift() ?? first;
    if (pid !== first) found.push(pid);
    for (const thread of threadsOf(pid)) {
      try {
        const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim();
        if (children !== '') queue.push(...children.split(' ').map(Number));
      } catch {
        // A thread that has ended has no children.
      }
    }
  }
  return found;
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
