// How long a Linux program takes from its start to its end: /usr/bin/true, started by Node's own spawn, by launch()
// and, where they are installed, by bubblewrap with the same grants, by firejail and by the sandbox runtime (srt) with
// much more than that granted; from a process that uses 50 MB, and 1 GB.
// Run: npm run bench -- linux-startup [--json] [--turns N]
import { spawn, spawnSync } from 'node:child_process';
import { plan } from '../src/plan/plan.ts';
import { command, file } from '../src/resources/constructors.ts';
import { launchPlan } from '../src/run/launch.ts';
import { peer } from './peers.ts';
import { type Aim, benchOptions, median, OURS, type Result, report } from './report.ts';

const options = benchOptions(100);

/** Turns of a peer that takes many times as long. */
const SLOW_TURNS = 5;
const TRUE = '/usr/bin/true';

function ended(name: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] } });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}`))));
  });
}

const planned = plan(
  TRUE,
  command({
    base: 'minimal',
    directories: { '/usr': file('/usr', { rights: ['read', 'execute'] }) },
    proc: true,
    dev: true,
    tmp: true,
  }),
);
const links = ['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'];
const unshared = ['--unshare-all', '--new-session', '--die-with-parent'];
const bwrap = ['--ro-bind', '/usr', '/usr', ...links, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
const firejail = [
  '--quiet',
  '--noprofile',
  '--private-dev',
  '--private-tmp',
  '--net=none',
  '--caps.drop=all',
];
const peers: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['bwrap', [...bwrap, ...unshared, TRUE]],
  ['firejail', [...firejail, '--seccomp', TRUE]],
  ['srt', [TRUE]],
];

type Way = { readonly name: string; readonly turns: number; readonly run: () => Promise<void> };

const ways: Way[] = [
  { name: 'spawn', turns: options.turns, run: () => ended(TRUE, []) },
  {
    name: OURS,
    turns: options.turns,
    run: async () => {
      const reason = await launchPlan(planned).exited;
      if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(JSON.stringify(reason));
    },
  },
];
for (const [name, args] of peers) {
  const path = peer(name);
  // The sandbox runtime starts Node first.
  const turns = name === 'srt' ? SLOW_TURNS : options.turns;
  if (path === undefined) continue;
  if (spawnSync(path, args, { stdio: 'ignore' }).status === 0)
    ways.push({ name, turns, run: () => ended(path, args) });
  else console.error(`Left out, because it does not work here for this user: ${name}`);
}

const AIMS: readonly Aim[] = [
  { kind: 'at most', times: 1.8, of: 'spawn' },
  { kind: 'at most', times: 1, of: 'bwrap' },
];
const results: Result[] = [];
for (const megabytes of [50, 1000]) {
  const ballast = Buffer.alloc(Math.max(1, megabytes - 50) * 2 ** 20, 1);
  const times = new Map(ways.map(({ name }) => [name, [] as number[]]));
  for (let turn = 0; turn < options.turns; turn++) {
    // In turns, so that whatever else the machine does hits all of them.
    for (const { name, turns, run } of ways) {
      if (turn >= turns) continue;
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  for (const [figure, choose] of [
    ['median', median],
    ['least', (values: readonly number[]) => Math.min(...values)],
  ] as const) {
    results.push({
      work: `${TRUE} from ${megabytes} MB, ${figure}`,
      unit: 'ms',
      values: Object.fromEntries([...times].map(([name, values]) => [name, choose(values)])),
      aims: AIMS,
    });
  }
  if (ballast.length === 0) break;
}
report(results, options);
