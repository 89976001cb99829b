// How much memory does a program take that waits? As many programs as there are turns are there at once, each a process
// with walls of its own: they have said hello and wait for their standard input. Private memory is what would be free if
// one of them ended (proc_pid_smaps(5): private pages, clean and dirty), on average; what is shared is counted in none.
//   node      a Node that waits for its standard input: what of a process is not ours
//   cloudabi  bench/programs/wait.c as WebAssembly under `cloudabi exec`
//   native    the same source compiled by this machine's cc: no walls
// Each contender has its turn alone. A thousand take 16 GB for a minute: npm run density -- --turns 1000
// Run: npm run density [-- --turns N]
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { privateMemory } from './commands.ts';
import { noteAbsent, notePeer, versionIn } from './peers.ts';
import { benchOptions, OURS, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Programs that start at the same time. */
const STARTING = 4;

const options = benchOptions(100);

type Command = readonly [program: string, ...parameters: string[]];

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));

function nativeProgram(): Record<string, Command> {
  const program = join(folder, 'wait');
  const { status } = spawnSync('cc', ['-O2', join(root, 'bench/programs/wait.c'), '-o', program]);
  if (status !== 0) {
    noteAbsent('native', 'there is no cc that works');
    return {};
  }
  notePeer('cc', versionIn(spawnSync('cc', ['--version'], { encoding: 'utf8' }).stdout));
  return { native: [program] };
}

const node = process.execPath;
const contenders: Readonly<Record<string, Command>> = {
  node: [node, '-e', "console.log('Hello'); process.stdin.resume()"],
  [OURS]: [node, join(root, 'dist/bin/cloudabi.js'), 'exec', '--', join(root, 'bench/programs/wait.wasm')],
  ...nativeProgram(),
};

/** Starts a program and waits until it has said hello. */
async function start([program, ...parameters]: Command): Promise<ChildProcess> {
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'close').then(() => undefined)]);
  if (said === undefined) throw new Error(`${program} ${parameters.join(' ')} ended before it said hello`);
  return child;
}

/** Private memory of each, on average, when all are there. */
async function measure(command: Command): Promise<number> {
  const children: ChildProcess[] = [];
  let left = options.turns;
  const startSome = async (): Promise<void> => {
    while (left-- > 0) children.push(await start(command));
  };
  try {
    await Promise.all(Array.from({ length: STARTING }, startSome));
    return children.reduce((sum, child) => sum + privateMemory(child.pid ?? 0), 0) / children.length;
  } finally {
    for (const child of children) child.stdin?.end();
    await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
  }
}

try {
  const values: Record<string, number> = {};
  for (const [name, command] of Object.entries(contenders)) values[name] = await measure(command);
  report([{ work: 'private memory of each', unit: 'MB', values }], options);
} finally {
  rmSync(folder, { recursive: true });
}
