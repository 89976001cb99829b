// How long does a Linux program take from its start to its end, as a program in Node starts it? /usr/bin/true is
// started by Node's own spawn, by launch() with the base `system`, by bubblewrap, firejail and the sandbox runtime (srt)
// through spawn, and by libraries of Python from a process of theirs. Each start is planned anew, from a new object.
//   least, median   milliseconds from before the call until the end is known
//   the first       milliseconds of the first start in a process, which finds nothing compiled and nothing known
//   the call        milliseconds until the call returns: as long, nothing else happens in the caller
//   caller          processor time of the caller's thread in milliseconds, until the end is known
//   processor time  of the caller and of all processes that it started
// Contenders take turns. From a process that uses 50 MB and from one of 1 GB; as root also as an ordinary user.
// Run: npm run bench -- linux-startup [--turns N]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, file } from '../src/resources/constructors.ts';
import type { Resource } from '../src/resources/resource.ts';
import { launch } from '../src/run/launch.ts';
import { pythonPeers, wrappers } from './linux-peers.ts';
import { asOrdinaryUser } from './ordinary-user.ts';
import { allTime, threadTime } from './processor-time.ts';
import { benchOptions, median, OURS, type Result, report } from './report.ts';

const options = benchOptions(100);

/** Turns of srt, which starts a Node first and takes many times as long. */
const SLOW_TURNS = 5;
const TRUE = '/usr/bin/true';

/** The times of one start in milliseconds; those that are not known are left out. */
type Start = { readonly wall: number } | { readonly [key in 'wall' | 'call' | 'caller' | 'cpu']: number };

/** A way to start the program: a turn makes what it needs, then starts it and tells what that took. */
type Way = () => Promise<Start>;

async function time(begin: () => Promise<void>): Promise<Start> {
  const cpu = allTime();
  const caller = threadTime();
  const start = performance.now();
  const ended = begin();
  const call = performance.now() - start;
  await ended;
  const wall = performance.now() - start;
  return { wall, call, caller: threadTime() - caller, cpu: allTime() - cpu };
}

function spawned(path: string, args: readonly string[]): Promise<void> {
  const child = spawn(path, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${path} ended with ${code}`))));
  });
}

async function launched(directories: Readonly<Record<string, Resource>>): Promise<void> {
  const reason = await launch(TRUE, command({ base: 'system', directories })).exited;
  if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(JSON.stringify(reason));
}

/** Has contenders take turns, so that other work on the machine hits all of them. */
async function race(ways: Readonly<Record<string, Way>>): Promise<Map<string, Start[]>> {
  const starts = new Map(Object.keys(ways).map((name) => [name, [] as Start[]]));
  for (let turn = 0; turn < options.turns; turn++) {
    for (const [name, way] of Object.entries(ways))
      if (turn < SLOW_TURNS || name !== 'srt') starts.get(name)?.push(await way());
  }
  return starts;
}

type Measure = readonly [
  work: string,
  read: (start: Start) => number | undefined,
  choose: (values: readonly number[]) => number,
];

const MEASURES: readonly Measure[] = [
  ['least', ({ wall }) => wall, (values) => Math.min(...values)],
  ['median', ({ wall }) => wall, median],
  ['the first', ({ wall }) => wall, ([first = Number.NaN]) => first],
  ['the call, median', (start) => ('call' in start ? start.call : undefined), median],
  ["the caller's thread, median", (start) => ('caller' in start ? start.caller : undefined), median],
  ['processor time, median', (start) => ('cpu' in start ? start.cpu : undefined), median],
];

function summarize(from: string, starts: ReadonlyMap<string, readonly Start[]>, measures: number): Result[] {
  return MEASURES.slice(0, measures).map(([work, read, choose]) => {
    const known = [...starts].flatMap(([name, each]) => {
      const values = each.map(read).filter((value) => value !== undefined);
      return values.length === 0 ? [] : [[name, choose(values)] as const];
    });
    return { work: `${from}, ${work}`, unit: 'ms', values: Object.fromEntries(known) };
  });
}

const others = wrappers(TRUE);
const libraries = await pythonPeers();

const inNode: Readonly<Record<string, Way>> = {
  spawn: () => time(() => spawned(TRUE, [])),
  [OURS]: () => time(() => launched({})),
  ...Object.fromEntries(
    others.map((wrapper) => [
      wrapper.name,
      () => time(() => spawned(wrapper.path, [...wrapper.arguments, TRUE])),
    ]),
  ),
};
const inPython = Object.fromEntries(
  libraries.map(({ name, run }): [string, Way] => [name, async () => ({ wall: await run() })]),
);

/** A directory of each turn's own is granted, as by a service that runs each job in a new one. */
const jobs = mkdtempSync(join(tmpdir(), 'bench-jobs-'));
const job = (): string => mkdtempSync(join(jobs, 'job-'));
const bwrap = others.find(({ name }) => name === 'bwrap');
const changing: Readonly<Record<string, Way>> = {
  spawn: () => time(() => spawned(TRUE, [])),
  [OURS]: () => {
    const directory = job();
    return time(() => launched({ [directory]: file(directory) }));
  },
  ...(bwrap !== undefined && {
    bwrap: () => {
      const directory = job();
      const grant = ['--ro-bind', directory, directory];
      return time(() => spawned(bwrap.path, [...bwrap.arguments, ...grant, TRUE]));
    },
  }),
};

const results = summarize('50 MB', await race({ ...inNode, ...inPython }), MEASURES.length);
if (!options.brief) {
  results.push(...summarize('a directory more each time', await race(changing), 2));
  const ballast = Buffer.alloc(950 * 2 ** 20, 1);
  results.push(...summarize('1 GB', await race(inNode), 2));
  if (ballast.length === 0) throw new Error('The ballast is gone');
}
for (const { end } of libraries) end();
rmSync(jobs, { recursive: true });
report([...results, ...asOrdinaryUser(fileURLToPath(import.meta.url), options.turns)], options);
