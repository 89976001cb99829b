// The cost of observing a Linux program: the same command plainly, behind its walls, with --trace, and while it is learnt.
// Run: npm run bench -- learning [--turns N]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, ours, race, time } from './commands.ts';
import { benchOptions, type Result, report } from './report.ts';

const options = benchOptions(5);
const folder = mkdtempSync(join(tmpdir(), 'learning-'));

for (let i = 0; i < 40; i++) {
  mkdirSync(join(folder, `tree/${i}`), { recursive: true });
  for (let j = 0; j < 100; j++)
    writeFileSync(join(folder, `tree/${i}/${j}.c`), `int f${j}(int x) { return x; }\n`);
}
const git = ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
for (const args of [
  ['init', '-q'],
  ['add', 'tree'],
  ['commit', '-qm', 'tree'],
])
  spawnSync('git', [...git, ...args]);

/** Each work is done several times within one start. */
const works: Readonly<Record<string, string>> = {
  'find and cat of 4,000 files, 3 times':
    'for i in 1 2 3; do find tree -type f -exec cat {} + >/dev/null; done',
  'git status of 4,000 files, 5 times': 'for i in 1 2 3 4 5; do git status --short; done',
};

const env = { PATH: '/usr/bin:/bin', HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
const results: Result[] = [];
for (const [work, script] of Object.entries(works)) {
  const shell: CommandLine = ['/bin/sh', '-c', `cd ${folder}; ${script}`];
  const walls = ['--base', 'system', '--write', folder, '--', ...shell];
  const document = join(folder, 'cache', 'grants.yaml');
  mkdirSync(join(folder, 'cache'), { recursive: true });
  const commands: Readonly<Record<string, CommandLine>> = {
    plain: shell,
    exec: ours('cloudabi', 'exec', ...walls),
    'exec --trace': ours('cloudabi', 'exec', '--trace', ...walls),
    learn: ours('cloudabi', 'learn', '-o', document, '--', ...shell),
  };
  const ways = Object.fromEntries(
    Object.entries(commands).map(([name, words]) => [name, () => time(words, env)] as const),
  );
  const runs = await race(ways, options.turns);
  const least = (measure: 'wall' | 'cpu'): Record<string, number> =>
    Object.fromEntries([...runs].map(([name, all]) => [name, Math.min(...all.map((run) => run[measure]))]));
  results.push({ work, unit: 'ms', values: least('wall') });
  results.push({ work: `${work}, processor time`, unit: 'ms', values: least('cpu') });
}
report(results, options);
rmSync(folder, { recursive: true });
