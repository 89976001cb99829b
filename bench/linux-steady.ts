// What the walls cost a Linux program while it runs: the same work natively, inside launch() and, where it is
// installed, inside bubblewrap. The programs measure nothing themselves; start-up is part of each figure.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, file } from '../src/resources/constructors.ts';
import { launchPlan } from '../src/run/launch.ts';
import { type Plan, plan } from '../src/run/plan.ts';
import { least, printTable } from './report.ts';

const ROUNDS = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(tmpdir(), 'linux-steady-'));

const opener = `#include <fcntl.h>
#include <unistd.h>
int main(void) { for (int i = 0; i < 20000; i++) close(open("deep/a/b/c/file", O_RDONLY)); }
`;
const head = '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n';
const unit = (number: number): string => `int f${number}(int x) { return printf("%d", x); }\n`;

/** Files to work on, all in one folder that is granted for writing. */
function prepare(): void {
  mkdirSync(join(folder, 'deep/a/b/c'), { recursive: true });
  writeFileSync(join(folder, 'deep/a/b/c/file'), 'x');
  writeFileSync(join(folder, 'open.c'), opener);
  for (let i = 0; i < 40; i++) {
    mkdirSync(join(folder, `tree/${i}`), { recursive: true });
    for (let j = 0; j < 50; j++) {
      const functions = Array.from({ length: 1 + (j % 5) }, (_, number) => unit(number));
      writeFileSync(join(folder, `tree/${i}/${j}.c`), head + functions.join(''));
    }
  }
  const git = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', 'tree'],
    [...git, 'commit', '-qm', 'tree'],
  ]) {
    spawnSync('git', args, { cwd: folder });
  }
  spawnSync('gcc', ['-O1', '-o', 'open', 'open.c'], { cwd: folder });
}

const works: Readonly<Record<string, string>> = {
  '20,000 open and close': './open',
  'find and cat': 'find tree -type f -exec cat {} + > /dev/null',
  'git status, 5 times': 'for i in 1 2 3 4 5; do git status --short > /dev/null; done',
  'gcc, 8 files': 'for i in 0 1 2 3 4 5 6 7; do gcc -c -O1 -o out.o tree/0/$i.c; done',
};

function ended(name: string, args: readonly string[]): Promise<void> {
  const env = { PATH: '/usr/bin:/bin', HOME: '/tmp' };
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: 'ignore', env, cwd: folder });
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

function planFor(script: string): Plan {
  return plan(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', script],
      environment: { PATH: '/usr/bin:/bin', HOME: '/tmp' },
      directories: { [folder]: file(folder, { rights: ['read', 'write', 'create', 'remove', 'execute'] }) },
      workingDirectory: folder,
    }),
  );
}

/** Made beforehand: what is measured is running, not reading what was granted. */
const plans = new Map<string, Plan>();

const ways: Readonly<Record<string, (script: string) => Promise<void>>> = {
  native: (script) => ended('/bin/sh', ['-c', script]),
  launch: async (script) => {
    const reason = await launchPlan(plans.get(script) ?? planFor(script)).exited;
    if (reason.kind !== 'exited' || reason.code !== 0)
      throw new Error(`${script}: ${JSON.stringify(reason)}`);
  },
  ...(existsSync('/usr/bin/bwrap') && {
    bwrap: (script: string) => ended('/usr/bin/bwrap', [...bwrap, '/bin/sh', '-c', script]),
  }),
};

prepare();
for (const script of Object.values(works)) plans.set(script, planFor(script));
const rows: string[][] = [];
for (const [work, script] of Object.entries(works)) {
  const best = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(ways)) {
      const start = performance.now();
      await run(script);
      best.set(name, least(best.get(name), performance.now() - start));
    }
  }
  const native = best.get('native') ?? Number.NaN;
  rows.push([
    work,
    native.toFixed(1),
    ...['launch', 'bwrap'].map((name) => ((best.get(name) ?? Number.NaN) / native).toFixed(2)),
  ]);
}
printTable(['work', 'native, ms', 'launch', 'bwrap'], rows);
rmSync(folder, { recursive: true });
