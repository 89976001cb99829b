// What does it cost to start a program? `cloudabi-run` with the hello program (a document is read and checked, the
// process enters capability mode, a module of some kilobytes prints a line) over `node -e 0`, which does nothing: the
// difference is ours. Contenders take turns. Wall-clock time is from before the process exists until it has ended,
// CPU time is what it used on all its threads, peak memory is its largest resident set, which is sampled in turns
// of their own because sampling disturbs. On a machine with other work, look at the least times: medians hold the
// other work too.
// Run: npm run bench -- startup [--json] [--turns N]
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { callNumberOf } from '../src/host/architecture.ts';
import { NativeMemory } from '../src/host/memory.ts';
import { syscall } from '../src/host/syscall.ts';
import { median, printTable } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What starting a program may cost more than Node alone: milliseconds of wall-clock time, and megabytes. */
const AIMS = { milliseconds: 25, megabytes: 20 } as const;

/** Turns in which memory is sampled. */
const MEMORY_TURNS = 5;

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, turns: { type: 'string', default: '40' } },
});

const hello = join(root, 'examples/hello');
const contenders: readonly { readonly name: string; readonly arguments: readonly string[] }[] = [
  { name: 'node -e 0', arguments: ['-e', '0'] },
  {
    name: 'cloudabi-run hello',
    arguments: [
      join(root, 'dist/bin/cloudabi-run.js'),
      '--config',
      join(hello, 'grants.yaml'),
      join(hello, 'hello.wasm'),
    ],
  },
];

/** The bare environment: variables such as NODE_OPTIONS would slow both starts and hide the difference. */
const env = { PATH: process.env['PATH'] };

const usage = new NativeMemory(256);
const RUSAGE_CHILDREN = -1;

/** CPU time of all children that have ended, in milliseconds (getrusage(2)). */
function childrenTime(): number {
  syscall(callNumberOf('getrusage'), RUSAGE_CHILDREN, usage.address);
  const time = (at: number): number =>
    Number(usage.view.getBigInt64(at, true)) * 1e3 + Number(usage.view.getBigInt64(at + 8, true)) / 1e3;
  return time(0) + time(16);
}

/** Runs a contender; milliseconds of wall-clock and of CPU time. */
function time(parameters: readonly string[]): { wall: number; cpu: number } {
  const cpu = childrenTime();
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, parameters, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) {
    console.error(`${parameters.join(' ')} failed: ${stderr}`);
    process.exit(1);
  }
  return { wall, cpu: childrenTime() - cpu };
}

/** Peak memory of a contender in megabytes: the last VmHWM (proc_pid_status(5)) that could be read. */
async function memory(parameters: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, parameters, { env, stdio: 'ignore' });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  let peak = 0;
  while (!ended) {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended.
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return peak / 1024;
}

const times = contenders.map((): { wall: number[]; cpu: number[]; peak: number[] } => ({
  wall: [],
  cpu: [],
  peak: [],
}));
for (let turn = 0; turn < Number(options.turns); turn++) {
  for (const [index, contender] of contenders.entries()) {
    const { wall, cpu } = time(contender.arguments);
    times[index]?.wall.push(wall);
    times[index]?.cpu.push(cpu);
  }
}
for (let turn = 0; turn < MEMORY_TURNS; turn++) {
  for (const [index, contender] of contenders.entries()) {
    times[index]?.peak.push(await memory(contender.arguments));
  }
}

const rows = times.map(({ wall, cpu, peak }, index) => ({
  name: contenders[index]?.name ?? '',
  wall: Math.min(...wall),
  'wall median': median(wall),
  cpu: Math.min(...cpu),
  'cpu median': median(cpu),
  memory: median(peak),
}));
if (options.json) {
  console.log(JSON.stringify({ units: { time: 'ms', memory: 'MB' }, aims: AIMS, rows }, undefined, 2));
} else {
  const [node, ours] = rows;
  const cells = ({ name, ...numbers }: (typeof rows)[number]): string[] => [
    name,
    ...Object.values(numbers).map((number) => number.toFixed(1)),
  ];
  const difference =
    node === undefined || ours === undefined
      ? []
      : [
          cells({
            name: 'difference',
            wall: ours.wall - node.wall,
            'wall median': ours['wall median'] - node['wall median'],
            cpu: ours.cpu - node.cpu,
            'cpu median': ours['cpu median'] - node['cpu median'],
            memory: ours.memory - node.memory,
          }),
        ];
  printTable(
    ['program', 'wall, ms', 'median', 'CPU, ms', 'median', 'peak, MB'],
    [...rows.map(cells), ...difference],
  );
  console.log(`\nAims: at most ${AIMS.milliseconds} ms and ${AIMS.megabytes} MB more than node -e 0`);
}
