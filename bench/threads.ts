// What do the threads of a program cost? The same source (bench/programs/threads.c) runs
//   native     compiled by this machine's cc -O2 -pthread (left out, with a word why, without a cc)
//   cloudabi   as WebAssembly under `cloudabi-run`, in capability mode, as users get it
// and makes threads, hands a lock over and signals a condition variable; see the program for what each name means.
// The contenders take turns, each time is the least of all turns, and only the ratios say anything.
// Run: npm run bench -- threads [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteAbsent } from './peers.ts';
import { benchOptions, least, OURS, report } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = join(root, 'bench/programs/threads.c');
const wasm = join(root, 'bench/programs/threads.wasm');

const options = benchOptions(3);

/** Runs a contender once; nanoseconds by name. */
function take(name: string, program: string, argv: readonly string[]): ReadonlyMap<string, number> {
  const { status, stdout, stderr, error } = spawnSync(program, argv, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) {
    console.error(`${name} failed: ${error?.message ?? stderr}`);
    process.exit(1);
  }
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line): [string, number] => {
        const [call = '', time = ''] = line.split(' ');
        return [call, Number(time)];
      }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
try {
  const grants = join(folder, 'grants.yaml');
  writeFileSync(grants, '!fd stdout\n');
  const native = join(folder, 'threads');
  const compiled = spawnSync('cc', ['-O2', '-pthread', source, '-o', native], { encoding: 'utf8' });
  if (compiled.status !== 0) {
    noteAbsent('native', compiled.error?.message ?? compiled.stderr.trim());
  }
  const ours = new Map<string, number>();
  const theirs = new Map<string, number>();
  for (let turn = 0; turn < options.turns; turn++) {
    const run = [join(root, 'dist/bin/cloudabi-run.js'), '--config', grants, wasm];
    for (const [name, time] of take('cloudabi', process.execPath, run))
      ours.set(name, least(ours.get(name), time));
    if (compiled.status !== 0) continue;
    for (const [name, time] of take('native', native, [])) theirs.set(name, least(theirs.get(name), time));
  }
  const results = [...ours].map(([name, time]) => {
    const native = theirs.get(name);
    return {
      work: name,
      unit: 'ns' as const,
      values: { [OURS]: time, ...(native !== undefined && { native }) },
    };
  });
  report(results, options);
} finally {
  rmSync(folder, { recursive: true });
}
