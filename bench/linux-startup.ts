// How long a Linux program takes from its start to its end: /usr/bin/true, started by Node's own spawn, by launch()
// and, where it is installed, by bubblewrap with the same grants; from a process that uses 50 MB, and 1 GB.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { command, file } from '../src/resources/constructors.ts';
import { launchPlan } from '../src/run/launch.ts';
import { plan } from '../src/run/plan.ts';
import { median, printTable } from './report.ts';

const ROUNDS = 100;
const TRUE = '/usr/bin/true';

function ended(name: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'ignore', env: {} });
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
const bwrap = ['--ro-bind', '/usr', '/usr', ...links, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
const ways: Record<string, () => Promise<void>> = {
  spawn: () => ended(TRUE, []),
  launch: async () => {
    const reason = await launchPlan(planned).exited;
    if (reason.kind !== 'exited' || reason.code !== 0) throw new Error(JSON.stringify(reason));
  },
  ...(existsSync('/usr/bin/bwrap') && {
    bwrap: () => ended('/usr/bin/bwrap', [...bwrap, '--unshare-all', '--new-session', TRUE]),
  }),
};

const rows: string[][] = [];
for (const megabytes of [50, 1000]) {
  const ballast = Buffer.alloc(Math.max(1, megabytes - 50) * 2 ** 20, 1);
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    // In turns, so that whatever else the machine does hits all of them.
    for (const [name, run] of Object.entries(ways)) {
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  const plain = median(times.get('spawn') ?? []);
  const quickest = Math.min(...(times.get('spawn') ?? []));
  for (const [name, values] of times) {
    const middle = median(values);
    const label = `${name}, from ${megabytes} MB`;
    const best = Math.min(...values);
    rows.push([
      label,
      middle.toFixed(2),
      (middle / plain).toFixed(2),
      best.toFixed(2),
      (best / quickest).toFixed(2),
    ]);
  }
  if (ballast.length === 0) break;
}
printTable(['/usr/bin/true', 'median, ms', 'of spawn', 'least, ms', 'of spawn'], rows);
