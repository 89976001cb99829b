// The cost of rules that are decided while a Linux program runs: the same work under static grants alone, with rules that
// append (only calls that change something are told), and with rules that hide as well: by mounts, and by the supervisor (all
// calls that name a file are told).
// A call is measured with program and supervisor on one processor, and free to run on all.
// Run: npm run bench -- rules [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, file } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';
import { prepareWorks, works } from './steady-works.ts';

const options = benchOptions(5);
const folder = mkdtempSync(join(tmpdir(), 'rules-'));

const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: '/tmp', TMPDIR: join(folder, 'tmp') };
const hiding = ['.env', '.env.*', 'secrets', '*.pem', 'id_*'].map((name) => `hide ${folder}/**/${name}`);
const appending = ['*.log', 'logs/*', 'audit', 'history', 'journal'].map(
  (name) => `append ${folder}/**/${name}`,
);

/** Each contender and its rules. */
const ways: Readonly<Record<string, readonly string[]>> = {
  grants: [],
  append: appending,
  mounts: [...hiding.map((rule) => `${rule} by mounts`), ...appending],
  [OURS]: [...hiding, ...appending],
};

async function run(rules: readonly string[], args: readonly string[]): Promise<void> {
  const world = command({
    base: 'system',
    arguments: args,
    environment: ENVIRONMENT,
    directories: { [folder]: file(folder, { rights: ['read', 'write', 'create', 'remove', 'execute'] }) },
    workingDirectory: folder,
    rules,
  });
  const reason = await launch(join(folder, 'least'), world).exited;
  if (reason.kind !== 'exited' || reason.code !== 0)
    throw new Error(`${args.join(' ')}: ${JSON.stringify(reason)}`);
}

/** Lets this process and those that it starts run on these processors. */
function runOn(processors: string): void {
  spawnSync('taskset', ['-a', '-pc', processors, String(process.pid)]);
}

const OPENS = 20_000;
const eight = `${'./open & '.repeat(8)}wait`;
const every = `0-${availableParallelism() - 1}`;

prepareWorks(folder);
const results: Result[] = [];
const chosen: readonly (readonly [
  work: string,
  processors: string,
  times: number,
  args: readonly string[],
])[] = [
  ['one open and close, on one processor', '0', 10, ['./open']],
  ['one open and close', every, 10, ['./open']],
  ['opens of eight processes at once', every, 3, ['/bin/sh', '-c', eight]],
  ...['find and cat', 'git status', 'gcc, 8 files', 'npm ci'].flatMap((work): (typeof chosen)[number][] => {
    const [times, ...args] = works[work] ?? [1];
    return [
      [work, every, times, args],
      [`${work}, on one processor`, '0', times, args],
    ];
  }),
];
for (const [work, processors, times, args] of chosen) {
  const wall = new Map<string, number>();
  runOn(processors);
  for (let round = 0; round < options.turns; round++) {
    for (const [name, rules] of Object.entries(ways)) {
      await run(rules, [String(times), ...args]);
      const [taken = Number.NaN] = readFileSync(join(folder, 'time'), 'utf8').split(' ').map(Number);
      wall.set(name, least(wall.get(name), taken));
    }
  }
  const opens = args[0] === './open' ? OPENS : args.at(-1) === eight ? 8 * OPENS : undefined;
  const values = [...wall].map(
    ([name, time]) => [name, opens === undefined ? time : (1000 * time) / opens] as const,
  );
  results.push({ work, unit: opens === undefined ? 'ms' : 'us', values: Object.fromEntries(values) });
}
runOn(every);
const starts = new Map<string, number>();
for (let round = 0; round < 20 * options.turns; round++) {
  for (const [name, rules] of Object.entries(ways)) {
    const began = performance.now();
    await run(rules, ['0', '/bin/true']);
    starts.set(name, least(starts.get(name), performance.now() - began));
  }
}
results.push({ work: 'start to end', unit: 'ms', values: Object.fromEntries(starts) });
report(results, options);
rmSync(folder, { recursive: true });
