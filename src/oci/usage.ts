import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KnownState, readState } from './container-state.ts';
import { findHierarchies } from './groups/hierarchies.ts';
import { OciError } from './oci-error.ts';

/* The processes of a container and the resources that they use, as its control groups tell them. */

function read(directory: string | undefined, name: string): string {
  if (directory === undefined) return '';
  try {
    return readFileSync(join(directory, name), 'latin1');
  } catch {
    return '';
  }
}

/** Lists the processes of a container, by their numbers outside. @throws OciError */
export function processesOf(states: string, id: string): readonly number[] {
  const { processes } = readState(states, id);
  if (processes === undefined) throw new OciError('This host has no control group that counts processes');
  const all = [processes, ...groupsBeneath(processes)];
  return all.flatMap((group) => read(group, 'cgroup.procs').split('\n').filter(Boolean).map(Number));
}

function groupsBeneath(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** A key of a file such as memory.stat. */
function keyed(text: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/**
 * Measures a container, in the form of the `stats` event that engines read.
 *
 * @throws OciError
 */
export function statsOf(states: string, id: string): unknown {
  const state = readState(states, id);
  const { version } = findHierarchies();
  return { type: 'stats', id, data: version === 1 ? firstStats(state) : secondStats(state) };
}

function firstStats({ groups }: KnownState): unknown {
  const of = (controller: string): string | undefined =>
    groups.find((group) => group.includes(`/${controller}/`));
  const number = (controller: string, name: string): number => Number(read(of(controller), name)) || 0;
  const memory = read(of('memory'), 'memory.stat');
  const times = read(of('cpuacct'), 'cpuacct.stat');
  const throttled = read(of('cpu'), 'cpu.stat');
  return {
    cpu: {
      usage: {
        total: number('cpuacct', 'cpuacct.usage'),
        kernel: keyed(times, 'system') * 1e7,
        user: keyed(times, 'user') * 1e7,
      },
      throttling: {
        periods: keyed(throttled, 'nr_periods'),
        throttledPeriods: keyed(throttled, 'nr_throttled'),
        throttledTime: keyed(throttled, 'throttled_time'),
      },
    },
    memory: {
      cache: keyed(memory, 'cache'),
      usage: {
        limit: number('memory', 'memory.limit_in_bytes'),
        usage: number('memory', 'memory.usage_in_bytes'),
        max: number('memory', 'memory.max_usage_in_bytes'),
        failcnt: number('memory', 'memory.failcnt'),
      },
    },
    pids: { current: number('pids', 'pids.current'), limit: number('pids', 'pids.max') },
  };
}

function secondStats({ groups: [group] }: KnownState): unknown {
  const number = (name: string): number => Number(read(group, name)) || 0;
  const cpu = read(group, 'cpu.stat');
  return {
    cpu: {
      usage: {
        total: keyed(cpu, 'usage_usec') * 1000,
        kernel: keyed(cpu, 'system_usec') * 1000,
        user: keyed(cpu, 'user_usec') * 1000,
      },
      throttling: {
        periods: keyed(cpu, 'nr_periods'),
        throttledPeriods: keyed(cpu, 'nr_throttled'),
        throttledTime: keyed(cpu, 'throttled_usec') * 1000,
      },
    },
    memory: {
      cache: keyed(read(group, 'memory.stat'), 'file'),
      usage: {
        limit: number('memory.max'),
        usage: number('memory.current'),
        max: number('memory.peak'),
        failcnt: keyed(read(group, 'memory.events'), 'max'),
      },
    },
    pids: { current: number('pids.current'), limit: number('pids.max') },
  };
}
