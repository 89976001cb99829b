import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { CgroupLimit, CgroupLimits, CgroupPlace, Controller } from '../../worlds/cgroup-host.ts';
import { CPU_PERIOD } from '../../worlds/cgroup-host.ts';

/** Groups as plain data: their paths, and their parents. */
export type CgroupsJson = readonly (readonly [directory: string, place: CgroupPlace])[];

/** The effects of groups so far. */
export type CgroupEvents = {
  /** Processes that the host's kernel ended because memory was used up. */
  readonly killedForMemory: number;
  /** Processes that could not be made. */
  readonly refusedProcesses: number;
};

let counter = 0;

/** The control groups of one program, from before it starts until it has ended. */
export class Cgroups {
  readonly #directories = new Map<string, CgroupPlace>();
  readonly #limits: CgroupLimits;

  /** Adopts groups that another program of ours in this process has made, from the output of `toJson`. */
  static adopt(groups: CgroupsJson): Cgroups {
    const adopted = new Cgroups([]);
    for (const [directory, place] of groups) adopted.#directories.set(directory, place);
    return adopted;
  }

  /**
   * Makes the groups and removes those that launchers left behind which were killed.
   *
   * @throws ResourceError when the host refuses.
   */
  constructor(limits: CgroupLimits) {
    this.#limits = limits;
    const name = `${ownPrefix()}${counter++}`;
    try {
      for (const place of new Set(limits.map((limit) => limit.place.directory))) removeStale(place);
      for (const limit of limits) {
        const directory = join(limit.place.directory, name);
        if (!this.#directories.has(directory)) mkdirSync(directory);
        this.#directories.set(directory, limit.place);
        for (const [file, value, allowed] of settingsOf(limit)) set(join(directory, file), value, allowed);
      }
    } catch (error) {
      this.remove();
      throw new ResourceError(`Cannot make control groups: ${reasonOf(error)}`, undefined);
    }
  }

  /**
   * Opens the files through which a process joins.
   *
   * @returns Host descriptors, which the caller closes.
   */
  openMembership(): number[] {
    const opened: number[] = [];
    try {
      for (const directory of this.#directories.keys())
        opened.push(openSync(join(directory, 'cgroup.procs'), 'w'));
      return opened;
    } catch (error) {
      for (const descriptor of opened) closeSync(descriptor);
      throw new ResourceError(`Cannot join control groups: ${reasonOf(error)}`, undefined);
    }
  }

  /** Counts the events in them so far. */
  events(): CgroupEvents {
    let killedForMemory = 0;
    let refusedProcesses = 0;
    for (const [directory, { version }] of this.#directories) {
      const memory = version === 2 ? 'memory.events' : 'memory.oom_control';
      killedForMemory += countOf(join(directory, memory), 'oom_kill');
      refusedProcesses += countOf(join(directory, 'pids.events'), 'max');
    }
    return { killedForMemory, refusedProcesses };
  }

  /** The groups as plain data. */
  toJson(): CgroupsJson {
    return [...this.#directories];
  }

  /** The names of the limited resources, for tests. */
  get controllers(): readonly Controller[] {
    return this.#limits.map(({ controller }) => controller);
  }

  /** Removes the groups. The host's kernel takes a moment to let go of processes that have ended. */
  remove(): void {
    for (const directory of this.#directories.keys()) {
      for (let attempt = 0; attempt < 50 && !removeGroup(directory); attempt++) pause(2);
      this.#directories.delete(directory);
    }
  }
}

/** The text for a file of a group, and the refusal that changes nothing: the code of an error, or any. */
type Setting = readonly [file: string, value: string, allowed?: 'EINVAL' | 'any'];

function settingsOf({ controller, place, value }: CgroupLimit): readonly Setting[] {
  const second = place.version === 2;
  switch (controller) {
    case 'memory':
      return second
        ? [
            ['memory.max', `${value}`],
            ['memory.swap.max', '0', 'any'],
            ['memory.oom.group', '1', 'any'],
          ]
        : [
            ['memory.limit_in_bytes', `${value}`],
            // Memory and swap together: without it, the excess would be swapped out. Not every host counts swap.
            ['memory.memsw.limit_in_bytes', `${value}`, 'any'],
          ];
    case 'pids':
      return [['pids.max', `${value}`]];
    case 'cpu': {
      const quota = `${Math.max(1000, Math.round(value * CPU_PERIOD))}`;
      return second
        ? [['cpu.max', `${quota} ${CPU_PERIOD}`]]
        : [
            ['cpu.cfs_period_us', `${CPU_PERIOD}`],
            // Version 1 refuses more than a group above has, which then limits the program, too.
            ['cpu.cfs_quota_us', quota, 'EINVAL'],
          ];
    }
  }
}

function set(file: string, value: string, allowed: Setting[2]): void {
  try {
    writeFileSync(file, value);
  } catch (error) {
    const forgiven = error instanceof Error && 'code' in error && error.code === allowed;
    if (allowed !== 'any' && !forgiven) throw error;
  }
}

/** A line such as `oom_kill 1`. */
function countOf(file: string, name: string): number {
  try {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  } catch {
    return 0;
  }
}

/** Groups of ours are called `cloudabi-NAMESPACE-PID-START-NUMBER`, so that it can be told whose they were. */
const GROUP_NAME = /^cloudabi-(\d+)-(\d+)-(\d+)-\d+$/;

function ownPrefix(): string {
  return `cloudabi-${pidNamespace()}-${process.pid}-${startOf(process.pid) ?? 0}-`;
}

/** Process ids mean something in their namespace only. */
function pidNamespace(): bigint {
  return statSync('/proc/self/ns/pid', { bigint: true }).ino;
}

/** Gives the start of a process, in the clock ticks of proc(5); `undefined` when there is none. */
function startOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Removes groups without processes whose launcher is gone. */
function removeStale(place: string): void {
  const namespace = `${pidNamespace()}`;
  for (const name of readdirSync(place)) {
    const [, where, pid, start] = GROUP_NAME.exec(name) ?? [];
    if (where === namespace && pid !== undefined && startOf(Number(pid)) !== start)
      removeGroup(join(place, name));
  }
}

/** Removes a group; tells whether it is gone. */
function removeGroup(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
