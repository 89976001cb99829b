// What does a CloudABI executable cost? The six figures of docs/performance.md, as ratios of one run:
//   write-64       a write of 64 bytes that the program makes by itself, to the bare call: processor time
//   handed-over    a call that the supervisor makes, both processes on one processor: microseconds
//   compute        a loop without calls, to the same code as a program of this machine
//   start-to-end   `cloudabi-run` of a program that says hello, to `cloudabi exec --base system -- /bin/true`
//   at-once        200 executables at the same time: how many come to their end
//   locks          bench/programs/threads.c, to the same source with pthreads
// The contenders take turns, and each time is the least of all turns.
// Run: npm run bench -- executables [--turns N]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchOptions, least, OURS, type Result, report, type Unit } from './report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = (name: string): string => join(root, 'dist/bin', name);
const AT_ONCE = 200;

const options = benchOptions(5);

/** Runs a command to its end; what it prints. */
function run(program: string, argv: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, argv, { encoding: 'utf8', timeout: 300_000 });
  if (status === 0) return stdout;
  console.error(`${program} ${argv.join(' ')} failed: ${error?.message ?? stderr}`);
  process.exit(1);
}

/** Reads lines of a name and a number. */
function figures(text: string): readonly (readonly [string, number])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', time = ''] = line.split(' ');
      return [name, Number(time)];
    });
}

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
try {
  const place = (name: string): string => join(folder, name);
  const source = (name: string): string => join(root, 'bench/programs', `${name}.c`);
  for (const name of ['executable', 'threads']) {
    run('cc', ['-O2', '-pthread', source(name), '-o', place(`${name}-native`)]);
    const native = ['cc', '--native', '-O2', '-DCLOUDABI_PROGRAM', source(name), '-o', place(name)];
    run(process.execPath, [bin('cloudabi.js'), ...native]);
  }
  writeFileSync(
    place('hello.c'),
    '#include <argdata.h>\n#include <unistd.h>\nvoid program_main(const argdata_t *ad) { (void)ad; write(0, "hello\\n", 6); }\n',
  );
  run(process.execPath, [bin('cloudabi.js'), 'cc', '--native', place('hello.c'), '-o', place('hello')]);
  writeFileSync(place('two.yaml'), '- !fd stdout\n- !fd stderr\n');
  writeFileSync(place('one.yaml'), '!fd stdout\n');
  const ours = new Map<string, number>();
  const native = new Map<string, number>();
  const note = (into: Map<string, number>, of: readonly (readonly [string, number])[]): void => {
    for (const [name, time] of of) into.set(name, least(into.get(name), time));
  };
  const timed = (program: string, argv: readonly string[]): number => {
    const start = performance.now();
    run(program, argv);
    return performance.now() - start;
  };
  const supervised = (name: string, grants: string): readonly string[] => [
    bin('cloudabi-run.js'),
    '--config',
    place(grants),
    place(name),
  ];
  for (let turn = 0; turn < options.turns; turn++) {
    // On one processor: the supervisor and its program hand it to each other.
    const command = ['taskset', '1', process.execPath, ...supervised('executable', 'two.yaml')];
    note(ours, figures(run('sh', ['-c', 'exec "$@" 2>/dev/null', 'sh', ...command])));
    note(native, figures(run('taskset', ['1', place('executable-native')])));
    note(ours, figures(run(process.execPath, supervised('threads', 'one.yaml'))));
    note(native, figures(run(place('threads-native'), [])));
    note(ours, [['start-to-end', timed(process.execPath, supervised('hello', 'one.yaml'))]]);
    const world = [bin('cloudabi.js'), 'exec', '--base', 'system', '--', '/bin/true'];
    note(native, [['start-to-end', timed(process.execPath, world)]]);
  }
  const start = performance.now();
  const ends = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const child = spawn(process.execPath, supervised('hello', 'one.yaml'), { stdio: 'ignore' });
      const [status] = await once(child, 'close');
      return status === 0;
    }),
  );
  if (!ends.every((isWell) => isWell)) {
    console.error(`Of ${AT_ONCE} executables at once, ${ends.filter((isWell) => !isWell).length} failed`);
    process.exit(1);
  }
  ours.set('at-once', (performance.now() - start) / AT_ONCE);
  const units: Readonly<Record<string, Unit>> = { 'start-to-end': 'ms', 'at-once': 'ms' };
  const results = [...ours].map(([work, time]): Result => {
    const peer = native.get(work);
    return {
      work,
      unit: units[work] ?? 'ns',
      values: { [OURS]: time, ...(peer !== undefined && { native: peer }) },
    };
  });
  report(results, options);
} finally {
  rmSync(folder, { recursive: true });
}
