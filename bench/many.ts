// How long do a hundred Linux programs take until all of them run, and what does it cost to watch over them? Each is a
// shell that says that it is there and becomes `sleep`. By the command line: `cloudabi exec`, bubblewrap started by a
// script in Node, which is what a tool in Node does, and bubblewrap alone. From one program in Node: launch() with a new
// object each time, and bubblewrap through spawn. Time is from the first start to the last word of all; memory is that
// of all processes but the programs themselves which no other process shares, the caller's growth included, for each
// program. Contenders take turns.
// Run: npm run bench -- many [--turns N]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { command, pipe } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { ours, privateMemory, settled, treeOf } from './commands.ts';
import { wrapper } from './linux-peers.ts';
import { allTime } from './processor-time.ts';
import { benchOptions, OURS, type Result, report } from './report.ts';

const PROGRAMS = 100;

const options = benchOptions(2);

/** One running program: the stream on which it says that it is there, and the way to end it. */
type Running = { readonly said: Readable; readonly end: () => Promise<void> };

/** Starts one program. */
type Start = () => Running;

const SHELL = '/bin/sh';
const SCRIPT = ['-c', 'echo here; exec sleep 1000'];

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const wrapping = join(folder, 'wrapping.mjs');
writeFileSync(
  wrapping,
  `import { spawn } from 'node:child_process'; spawn(process.argv[2], process.argv.slice(3), { stdio: 'inherit' });`,
);
const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder };

function spawned([program, ...parameters]: readonly [string, ...string[]]): Running {
  const child: ChildProcess & { stdout: Readable } = spawn(program, parameters, {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    said: child.stdout,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function launched(): Running {
  const stdout = pipe('write');
  const running = launch(SHELL, command({ base: 'system', arguments: SCRIPT, stdout }));
  return {
    said: stdout.stream,
    end: async () => {
      running.kill();
      await running.exited;
    },
  };
}

/** One turn: the time until all programs run, the processor time until all have ended, the memory above one of them. */
type Turn = { readonly wall: number; readonly cpu: number; readonly memory: number };

async function turn(start: Start): Promise<Turn> {
  const before = privateMemory(process.pid);
  const cpu = allTime();
  const begin = performance.now();
  const running = Array.from({ length: PROGRAMS }, start);
  await Promise.all(running.map(({ said }) => once(said, 'data')));
  const wall = performance.now() - begin;
  const watching = await settled(() =>
    treeOf(process.pid)
      .filter((pid) => pid !== process.pid && readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'sleep\n')
      .reduce((sum, pid) => sum + privateMemory(pid), 0),
  );
  const memory = (watching + Math.max(0, privateMemory(process.pid) - before)) / PROGRAMS;
  await Promise.all(running.map(({ end }) => end()));
  return { wall, cpu: allTime() - cpu, memory };
}

const FIGURES = [
  ['time', 'ms', 'wall'],
  ['processor time', 'ms', 'cpu'],
  ['memory', 'MB', 'memory'],
] as const;

async function race(work: string, starts: Readonly<Record<string, Start>>): Promise<Result[]> {
  const turns = new Map(Object.keys(starts).map((name) => [name, [] as Turn[]]));
  for (let round = 0; round < options.turns; round++)
    for (const [name, start] of Object.entries(starts)) turns.get(name)?.push(await turn(start));
  return FIGURES.map(([figure, unit, key]) => ({
    work: `${work}, ${figure}`,
    unit,
    values: Object.fromEntries(
      [...turns].map(([name, each]) => [name, Math.min(...each.map((one) => one[key]))]),
    ),
  }));
}

const bwrap = wrapper('bwrap', [SHELL, '-c', ':']);
const wrapped = bwrap && ([bwrap.path, ...bwrap.arguments, SHELL, ...SCRIPT] as const);
const exec = ours('cloudabi', 'exec', '--base', 'system', '--', SHELL, ...SCRIPT);
// The cache of compiled code is filled once.
await turn(() => spawned(exec));

const results = [
  ...(await race('command line', {
    [OURS]: () => spawned(exec),
    ...(wrapped && {
      'bwrap in node': () => spawned([process.execPath, wrapping, ...wrapped]),
      bwrap: () => spawned(wrapped),
    }),
  })),
  ...(await race('launch()', { [OURS]: launched, ...(wrapped && { bwrap: () => spawned(wrapped) }) })),
];
rmSync(folder, { recursive: true, force: true });
report(results, options);
