// What does a system call of a C program cost? The same source (bench/programs/calls.c) runs
//   native     compiled by this machine's cc -O2, calling Linux itself (left out, with a word why, without a cc)
//   cloudabi   as WebAssembly under `cloudabi exec`: a process of its own, in capability mode, as users get it
//   node:wasi  the same module under Node's own WASI, a process of its own too
//   wasmtime   the same module under `wasmtime run`, compiled by Cranelift before it begins
//   wasmtime library  the same by wasmtime's library, for Python (bench/wasmtime-wasi.py): by default, it hands each
//              operation on files to another thread, so that an embedder with many programs is never held up
// and times its calls in loops; see the program for what each name means. "In main" is the loop of a function that runs
// once, 20,000 calls from a cold start: what a program without hot functions pays. The contenders take turns, each call's
// time is the least of all turns, and only the ratios say anything: of the least times of one run, they are
// what our layers add to (or take from) a call. They say nothing about calls that wait, nor about start-up.
// Run: npm run bench -- calls [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteAbsent, notePeer, peer, pythonPeer, versionIn } from './peers.ts';
import { benchOptions, least, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'bench/programs/calls.c');
const wasm = join(root, 'bench/programs/calls.wasm');

/** Files in the directory that is listed. */
const ENTRIES = 10_000;

/** Turns of wasmtime, which takes seconds to list the directory once. */
const SLOW_TURNS = 2;

const options = benchOptions(8);

const LIBRARY = 'wasmtime library';

type Contender = {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
};

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Compiles the program for this machine; undefined, and a reason on standard error, when that cannot be. */
function nativeProgram(folder: string): string | undefined {
  const program = join(folder, 'calls');
  const { error, status, stderr } = spawnSync('cc', ['-O2', source, '-o', program], { encoding: 'utf8' });
  if (error === undefined && status === 0) {
    notePeer('cc', versionIn(spawnSync('cc', ['--version'], { encoding: 'utf8' }).stdout));
    return program;
  }
  noteAbsent('native', error === undefined ? `cc failed: ${stderr.trim()}` : 'there is no cc');
  return undefined;
}

/** Finds wasmtime, its command and its library, where they are installed. */
function wasmtime(directory: string): Contender[] {
  const env = pythonPeer(LIBRARY, 'wasmtime');
  const script = join(root, 'bench/wasmtime-wasi.py');
  const command = peer('wasmtime');
  return [
    ...(command === undefined
      ? []
      : [contender('wasmtime', command, 'run', '--dir', `${directory}::/directory`, wasm, '/directory')]),
    ...(env === undefined
      ? []
      : [{ ...contender(LIBRARY, 'python3', script, wasm, directory, '/directory'), env }]),
  ];
}

function contender(name: string, ...command: readonly [string, ...string[]]): Contender {
  return { name, command };
}

/** Runs a contender once, in one of the two forms of the program; nanoseconds by call. */
function take(
  { name, command: [program, ...rest], env }: Contender,
  form: readonly string[],
): ReadonlyMap<string, number> {
  const options = { encoding: 'utf8', ...(env !== undefined && { env }) } as const;
  const { status, stdout, stderr, error } = spawnSync(program, [...rest, ...form], options);
  if (status !== 0) fail(`${name} failed: ${error?.message ?? stderr}`);
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((line): [string, number] => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
try {
  const directory = join(folder, 'directory');
  mkdirSync(join(directory, 'many'), { recursive: true });
  for (let index = 0; index < ENTRIES; index++) {
    writeFileSync(join(directory, 'many', `entry-${String(index).padStart(5, '0')}`), '');
  }
  const native = nativeProgram(folder);
  const node = process.execPath;
  const contenders: Contender[] = [
    ...(native === undefined ? [] : [{ name: 'native', command: [native, directory] } satisfies Contender]),
    {
      name: 'cloudabi',
      command: [
        node,
        join(root, 'dist/bin/cloudabi.js'),
        'exec',
        '--write',
        `${directory}:/directory`,
        wasm,
        '/directory',
      ],
    },
    {
      name: 'node:wasi',
      command: [node, '--no-warnings', join(root, 'build/bench/node-wasi.js'), wasm, directory, '/directory'],
    },
    ...wasmtime(directory),
  ];
  const best = new Map(contenders.map(({ name }) => [name, new Map<string, number>()]));
  for (let turn = 0; turn < options.turns; turn++) {
    for (const contender of contenders) {
      if (contender.name.startsWith('wasmtime') && turn >= SLOW_TURNS) continue;
      const times = best.get(contender.name) ?? new Map<string, number>();
      for (const form of [[], ['main']])
        for (const [call, time] of take(contender, form)) times.set(call, least(times.get(call), time));
    }
  }
  const calls = [...(best.get('cloudabi')?.keys() ?? [])];
  const results = calls.map((call) => ({
    work: call,
    unit: 'ns' as const,
    values: Object.fromEntries(contenders.map(({ name }) => [name, best.get(name)?.get(call) ?? Number.NaN])),
  }));
  report(results, options);
} finally {
  rmSync(folder, { recursive: true });
}
