// What does it cost to start a program? `cloudabi-run` with the hello program (a document is read and checked, the
// process enters capability mode, a module of some kilobytes prints a line) over `node -e 0`, which does nothing: the
// difference is ours. Contenders take turns. Wall-clock time is from before the process exists until it has ended,
// CPU time is what it used on all its threads, peak memory is its largest resident set, which is sampled in turns
// of their own because sampling disturbs. On a machine with other work, look at the least times: medians hold the
// other work too.
// Run: npm run bench -- startup [--turns N]
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenTime } from './processor-time.ts';
import { benchOptions, median, OURS, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Turns in which memory is sampled. */
const MEMORY_TURNS = 5;

const options = benchOptions(40);

const hello = join(root, 'examples/hello');
const wasm = join(hello, 'hello.wasm');

/** Node that is started and does nothing: what of a start is not ours. */
const NOTHING = 'node -e 0';

const contenders: readonly { readonly name: string; readonly arguments: readonly string[] }[] = [
  { name: NOTHING, arguments: ['-e', '0'] },
  {
    name: OURS,
    arguments: [join(root, 'dist/bin/cloudabi-run.js'), '--config', join(hello, 'grants.yaml'), wasm],
  },
];

/** The bare environment: variables such as NODE_OPTIONS would slow both starts and hide the difference. */
const env = { PATH: process.env['PATH'] };

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
for (let turn = 0; turn < options.turns; turn++) {
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

const measures = [
  ['wall-clock time, least', 'ms', 'wall', (values: number[]) => Math.min(...values)],
  ['wall-clock time, median', 'ms', 'wall', median],
  ['processor time, least', 'ms', 'cpu', (values: number[]) => Math.min(...values)],
  ['peak memory', 'MB', 'peak', median],
] as const;
report(
  measures.map(([work, unit, key, choose]) => ({
    work,
    unit,
    values: Object.fromEntries(
      contenders.map(({ name }, index) => [name, choose(times[index]?.[key] ?? [])]),
    ),
  })),
  options,
);
