// The works of benchmarks of running Linux programs, each of which a small program does several times within one start.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
int main(int argc, char **argv) {
  for (int i = 0; i < 20000; i++) close(open(argc > 1 ? argv[1] : "deep/a/b/c/file", O_RDONLY));
}
`;
const head = '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n';
const unit = (number: number): string => `int f${number}(int x) { return printf("%d", x); }\n`;

/** Packages without dependencies that `npm ci` installs from archives in the folder. */
const PACKAGES = ['commander', 'hono', 'yaml', 'zod'];

/** Makes the files to work on in a folder: programs `least` and `open`, sources, and a repository of them. */
export function prepareWorks(folder: string): void {
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
  prepareNpm(folder);
}

/** A project whose dependencies are archives beside it, so that no network is needed, with its lock file. */
function prepareNpm(folder: string): void {
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
export const works: Readonly<Record<string, readonly [times: number, ...command: string[]]>> = {
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
