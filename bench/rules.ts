// The cost of rules that are decided while a Linux program runs: the same work under static grants alone, with rules that
// append (only calls that change something are told), and with rules that hide as well: by mounts, and by the supervisor (all
// calls that name a file are told).
// A call is measured with program and supervisor on one processor, and free to run on all.
// Run: npm run bench -- rules [--turns N]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstProcess } from '../src/process/first-process.ts';
import { type CommandOptions, command, file, pipe } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { noteAbsent, peer } from './peers.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';
import { prepareWorks, works } from './steady-works.ts';

const options = benchOptions(5);
const folder = mkdtempSync(join(tmpdir(), 'rules-'));

const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: '/tmp', TMPDIR: join(folder, 'tmp') };
const HIDDEN = ['.env', '.env.*', 'secrets', '*.pem', 'id_*'];
const hiding = HIDDEN.map((name) => `hide ${folder}/**/${name}`);
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

/** The grants of each start. */
const grants = (rules: readonly string[], args: readonly string[]): CommandOptions => ({
  base: 'system',
  arguments: args,
  environment: ENVIRONMENT,
  directories: { [folder]: file(folder, { rights: ['read', 'write', 'create', 'remove', 'execute'] }) },
  workingDirectory: folder,
  rules,
});

async function run(rules: readonly string[], args: readonly string[]): Promise<void> {
  const reason = await launch(join(folder, 'least'), command(grants(rules, args))).exited;
  if (reason.kind !== 'exited' || reason.code !== 0)
    throw new Error(`${args.join(' ')}: ${JSON.stringify(reason)}`);
}

/** Measures the memory of the first process, in which a supervisor is, while its program waits; megabytes that it shares with none. */
async function memoryWith(rules: readonly string[]): Promise<number> {
  const [stdin, stdout] = [pipe('read'), pipe('write')];
  const waiting = ['-c', 'for i in 1 2 3 4 5 6 7 8; do cat deep/a/b/c/file; done; echo ready; read word'];
  const program = launch('/bin/sh', command({ ...grants(rules, waiting), stdin, stdout }));
  for await (const said of stdout.stream) if (String(said).includes('ready')) break;
  const memory = readFileSync(`/proc/${firstProcess(program)}/smaps_rollup`, 'utf8');
  stdin.stream.end();
  await program.exited;
  const kilobytes = [...memory.matchAll(/^Private_\w+: +(\d+) kB$/gm)].map(([, number]) => Number(number));
  return kilobytes.reduce((sum, number) => sum + number, 0) / 1024;
}

/** The arguments with which syd hides what the rules of ours hide. It has no rules for appending here. */
const SYD = [
  ...['-plib', '-m', 'sandbox/read:on', '-m', 'sandbox/stat:on'],
  ...['-m', 'allow/read+/***', '-m', 'allow/stat+/***'],
  ...HIDDEN.flatMap((name) =>
    ['read', 'stat'].flatMap((category) => ['-m', `deny/${category}+${folder}/**/${name}`]),
  ),
];

/** gVisor, whose kernel in user space answers every call. It hides nothing here. */
const RUNSC = ['-network=none', '-ignore-cgroups', 'do', '-force-overlay=false', '-cwd', folder];

/** Peers that do the same works, with their arguments. */
const peers = new Map<string, readonly string[]>([
  ['syd', SYD],
  ['runsc', RUNSC],
]);

/** Does a work under a peer. Says whether it could. */
async function runUnder(name: string, path: string, args: readonly string[]): Promise<boolean> {
  const words = [
    ...(peers.get(name) ?? []),
    ...(name === 'syd' ? ['--'] : []),
    join(folder, 'least'),
    ...args,
  ];
  const child = spawn(path, words, { cwd: folder, env: ENVIRONMENT, stdio: 'ignore' });
  const [code] = await once(child, 'close');
  if (code !== 0) noteAbsent(name, `${args.join(' ')} ends with ${code}`);
  return code === 0;
}

/** Reads the least time of a work that was done. */
function readTime(): number {
  const [taken = Number.NaN] = readFileSync(join(folder, 'time'), 'utf8').split(' ').map(Number);
  return taken;
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
  [
    'one open and close by an absolute path, on one processor',
    '0',
    10,
    ['./open', join(folder, 'deep/a/b/c/file')],
  ],
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
const found = new Map([...peers.keys()].map((name) => [name, peer(name)]));
for (const [work, processors, times, args] of chosen) {
  const wall = new Map<string, number>();
  runOn(processors);
  for (let round = 0; round < options.turns; round++) {
    for (const [name, rules] of Object.entries(ways)) {
      await run(rules, [String(times), ...args]);
      wall.set(name, least(wall.get(name), readTime()));
    }
    for (const [name, path] of found) {
      if (path === undefined) continue;
      if (await runUnder(name, path, [String(times), ...args]))
        wall.set(name, least(wall.get(name), readTime()));
      else found.set(name, undefined);
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
const memory: Record<string, number> = {};
for (const [name, rules] of Object.entries(ways)) memory[name] = await memoryWith(rules);
results.push({ work: 'memory of the first process', unit: 'MB', values: memory });
report(results, options);
rmSync(folder, { recursive: true });
