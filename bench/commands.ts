// Programs as commands: their time from before a process exists until it has ended, and the memory of what runs.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenTime } from './processor-time.ts';
import { median, type Result } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...parameters: string[]];

/** Returns the command line of an executable of ours, as it is installed. */
export function ours(name: 'cloudabi' | 'cloudabi-run', ...parameters: readonly string[]): CommandLine {
  return [process.execPath, join(root, `dist/bin/${name}.js`), ...parameters];
}

/** The milliseconds of one run: by the clock, and of processors in all of its processes. */
export type Run = { readonly wall: number; readonly cpu: number };

/**
 * Runs a command to its end.
 *
 * @throws Error with its standard error when it fails.
 */
export function time([program, ...parameters]: CommandLine, env: NodeJS.ProcessEnv, input = ''): Run {
  const cpu = childrenTime();
  const start = performance.now();
  const { status, stderr, error } = spawnSync(program, parameters, {
    env,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ${parameters.join(' ')}: ${error?.message ?? stderr}`);
  return { wall, cpu: childrenTime() - cpu };
}

/** Ways to do the same work, by contender: each call of a way is one turn. */
export type Ways = Readonly<Record<string, () => Run | Promise<Run>>>;

/** Has contenders take turns, so that other work on the machine hits all of them; `turnsOf` may give one fewer. */
export async function race(
  ways: Ways,
  turns: number,
  turnsOf: (name: string) => number = () => turns,
): Promise<Map<string, Run[]>> {
  const runs = new Map(Object.keys(ways).map((name) => [name, [] as Run[]]));
  for (let turn = 0; turn < turns; turn++)
    for (const [name, way] of Object.entries(ways))
      if (turn < turnsOf(name)) runs.get(name)?.push(await way());
  return runs;
}

const MEASURES = [
  ['least', 'wall', (values: readonly number[]) => Math.min(...values)],
  ['median', 'wall', median],
  ['processor time', 'cpu', (values: readonly number[]) => Math.min(...values)],
] as const;

/** Makes three results of a race: the least and the median time by the clock, and the least processor time. */
export function summarize(work: string, runs: ReadonlyMap<string, readonly Run[]>): Result[] {
  return MEASURES.map(([measure, key, choose]) => ({
    work: `${work}, ${measure}`,
    unit: 'ms',
    values: Object.fromEntries([...runs].map(([name, each]) => [name, choose(each.map((run) => run[key]))])),
  }));
}

/** Lists the children of a thread; those of one that has ended meanwhile are none. */
function childrenOf(pid: number, thread: string): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** Lists a process and all that it has started, by id. */
export function treeOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOf(pid, thread));
  return [pid, ...children.flatMap(treeOf)];
}

/** Returns the memory of a process that no other shares, in megabytes (smaps_rollup of proc_pid_smaps(5)). */
export function privateMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const lines = [...text.matchAll(/^Private_(?:Clean|Dirty):\s*(\d+) kB/gm)];
  return lines.reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 1024;
}

const SETTLING_MS = 250;

/** Reads a memory until it does not shrink any more: a launcher may still be replacing itself by what watches. */
export async function settled(read: () => number): Promise<number> {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
    const now = read();
    if (now > before * 0.95) return Math.min(before, now);
    before = now;
  }
}

/**
 * Waits until a process with the given name runs beneath a child, and returns the private memory of all processes
 * between, the child's included, in megabytes. Ends the child.
 *
 * @throws Error when the child ends before.
 */
export async function memoryAbove(child: ChildProcess, name: string): Promise<number> {
  const { pid = 0 } = child;
  const isProgram = (each: number): boolean => readFileSync(`/proc/${each}/comm`, 'utf8').trim() === name;
  try {
    while (child.exitCode === null && child.signalCode === null) {
      const processes = processesOf(pid);
      if (processes.length > 0 && isProgram(processes.at(-1) ?? pid)) {
        return await settled(() =>
          processesOf(pid)
            .filter((each) => !isProgram(each))
            .reduce((sum, each) => sum + privateMemory(each), 0),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${child.spawnargs.join(' ')} has ended without a process ${name}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Lists the processes beneath one; none where one of them ends meanwhile. */
function processesOf(pid: number): number[] {
  try {
    return treeOf(pid);
  } catch {
    return [];
  }
}
