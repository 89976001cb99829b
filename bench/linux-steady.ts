// The cost of the walls for a Linux program while it runs: the same work natively, inside launch() and, where it is
// installed, inside bubblewrap. A small program does each work several times within one start and writes down the
// least time by the clock and of processors, so that what starting costs (linux-startup.ts) is not in it.
// Run: npm run bench -- linux-steady [--turns N]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, file } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { peer } from './peers.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';
import { prepareWorks, works } from './steady-works.ts';

const options = benchOptions(5);
const folder = mkdtempSync(join(tmpdir(), 'linux-steady-'));

/** Temporary files lie in the folder, too: Node keeps compiled code there, which a private /tmp would lose. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: '/tmp', TMPDIR: join(folder, 'tmp') };

function ended(name: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'ignore', env: ENVIRONMENT, cwd: folder });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}

const bwrap = ['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib'];
bwrap.push(
  '--symlink',
  'usr/lib64',
  '/lib64',
  '--ro-bind',
  '/etc',
  '/etc',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
);
bwrap.push('--tmpfs', '/tmp', '--bind', folder, folder, '--unshare-all', '--new-session', '--chdir', folder);

const bubblewrap = peer('bwrap');

const ways: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  native: (args) => ended('./least', args),
  [OURS]: async (args) => {
    const world = command({
      base: 'system',
      arguments: args,
      environment: ENVIRONMENT,
      directories: { [folder]: file(folder, { rights: ['read', 'write', 'create', 'remove', 'execute'] }) },
      workingDirectory: folder,
    });
    const reason = await launch(join(folder, 'least'), world).exited;
    if (reason.kind !== 'exited' || reason.code !== 0)
      throw new Error(`${args.join(' ')}: ${JSON.stringify(reason)}`);
  },
  ...(bubblewrap !== undefined && {
    bwrap: (args: readonly string[]) => ended(bubblewrap, [...bwrap, './least', ...args]),
  }),
};

prepareWorks(folder);
const results: Result[] = [];
for (const [work, [times, ...args]] of Object.entries(works)) {
  const wall = new Map<string, number>();
  const cpu = new Map<string, number>();
  // In turns, so that other work on the machine hits all of them.
  for (let round = 0; round < options.turns; round++) {
    for (const [name, run] of Object.entries(ways)) {
      await run([String(times), ...args]);
      const [taken = Number.NaN, used = Number.NaN] = readFileSync(join(folder, 'time'), 'utf8')
        .split(' ')
        .map(Number);
      wall.set(name, least(wall.get(name), taken));
      cpu.set(name, least(cpu.get(name), used));
    }
  }
  results.push({ work, unit: 'ms', values: Object.fromEntries(wall) });
  results.push({ work: `${work}, processor time`, unit: 'ms', values: Object.fromEntries(cpu) });
}
report(results, options);
rmSync(folder, { recursive: true });
