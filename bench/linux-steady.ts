// The cost of the walls for a Linux program while it runs: the same work natively, inside launch() and, where it is
// installed, inside bubblewrap. A small program does each work several times within one start and writes down the
// least time by the clock and of processors, so that what starting costs (linux-startup.ts) is not in it.
// Run: npm run bench -- linux-steady [--turns N]
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, file } from '../src/resources/constructors.ts';
import { launch } from '../src/run/launch.ts';
import { peer } from './peers.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';

const options = benchOptions(5);
const folder = mkdtempSync(join(tmpdir(), 'linux-steady-'));

/**
 * `least TIMES PROGRAM ARGUMENTS…` runs a program that often and writes two least times in milliseconds to `time`: by the
 * clock, and of processors in all its processes (wait4(2)).
 */
const timer = `#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
static double of(struct timeval t) { return t.tv_sec * 1e3 + t.tv_usec / 1e3; }
int main(int argc, char **argv) {
  double least = 1e9, least_cpu = 1e9;
  for (int i = atoi(argv[1]); i > 0; i--) {
    int status;
    struct rusage used;
    double start = now();
    if (fork() == 0) {
      int null = open("/dev/null", O_RDWR);
      for (int to = 0; to < 3; to++) dup2(null, to);
      execvp(argv[2], argv + 2);
      _exit(127);
    }
    if (wait4(-1, &status, 0, &used) < 0 || status != 0) return 1;
    double cpu = of(used.ru_utime) + of(used.ru_stime);
    if (cpu < least_cpu) least_cpu = cpu;
    if (now() - start < least) least = now() - start;
  }
  FILE *file = fopen("time", "w");
  fprintf(file, "%f %f", least, least_cpu);
  return fclose(file);
}
`;
const opener = `#include <fcntl.h>
#include <unistd.h>
int main(void) { for (int i = 0; i < 20000; i++) close(open("deep/a/b/c/file", O_RDONLY)); }
`;
const head = '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n';
const unit = (number: number): string => `int f${number}(int x) { return printf("%d", x); }\n`;

/** Packages without dependencies that `npm ci` installs from archives in the folder. */
const PACKAGES = ['commander', 'hono', 'yaml', 'zod'];

/** Files to work on, all in one folder that is granted for writing. */
function prepare(): void {
  mkdirSync(join(folder, 'tmp'));
  mkdirSync(join(folder, 'deep/a/b/c'), { recursive: true });
  writeFileSync(join(folder, 'deep/a/b/c/file'), 'x');
  for (let i = 0; i < 40; i++) {
    mkdirSync(join(folder, `tree/${i}`), { recursive: true });
    for (let j = 0; j < 50; j++) {
      const functions = Array.from({ length: 1 + (j % 5) }, (_, number) => unit(number));
      writeFileSync(join(folder, `tree/${i}/${j}.c`), head + functions.join(''));
    }
  }
  for (const [name, source] of Object.entries({ open: opener, least: timer })) {
    writeFileSync(join(folder, `${name}.c`), source);
    spawnSync('gcc', ['-O1', '-o', name, `${name}.c`], { cwd: folder });
  }
  const git = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', 'tree'],
    [...git, 'commit', '-qm', 'tree'],
  ]) {
    spawnSync('git', args, { cwd: folder });
  }
  prepareNpm();
}

/** A project whose dependencies are archives beside it, so that no network is needed, with its lock file. */
function prepareNpm(): void {
  const project = join(folder, 'project');
  mkdirSync(project);
  for (const name of PACKAGES) {
    const source = ['-C', 'node_modules', name, '--transform', 's,^[^/]*,package,'];
    spawnSync('tar', ['-czf', join(project, `${name}.tgz`), ...source]);
  }
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, `file:${name}.tgz`]));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'project', dependencies }));
  spawnSync('npm', ['install', '--package-lock-only', '--offline', '--no-audit', '--no-fund'], {
    cwd: project,
  });
}

/** Each work: how often it is done within one start, and its command. */
const works: Readonly<Record<string, readonly [times: number, ...command: string[]]>> = {
  '20,000 open and close': [20, './open'],
  'find and cat': [10, 'sh', '-c', 'find tree -type f -exec cat {} +'],
  'git status': [20, 'git', 'status', '--short'],
  'gcc, 8 files': [2, 'sh', '-c', 'for i in 0 1 2 3 4 5 6 7; do gcc -c -O1 -o out.o tree/0/$i.c; done'],
  'npm ci': [
    1,
    'sh',
    '-c',
    'cd project; rm -rf cache; exec npm ci --offline --no-audit --no-fund --cache cache',
  ],
};

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

prepare();
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
