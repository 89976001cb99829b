import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds } from '../frame/faults/journals.ts';
import { beneath, holdsRecords, isConfined, keepOrphans, nobodyLeft } from '../frame/faults/parts.ts';
import { makeFolder, makeProgram, removeFolder, until } from '../frame/programs.ts';
import { spins } from '../frame/wasm-module.ts';

/* Shortages and changes of the host while programs run. */

keepOrphans();

const PROGRAMS = 2;

/** Mounts need a namespace of their own, and a user who may make one. */
const cannotMount =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0 &&
  'mounting in a namespace of one’s own is not possible here';

/** A folder that is not in /tmp. */
function makeRoom(t: TestContext): string {
  const room = realpathSync(mkdtempSync('/var/tmp/cloudabi-faults-'));
  t.after(() => t.after(() => removeFolder(room)));
  return room;
}

type Outcome = {
  readonly launcher: ChildProcess;
  /** The last word of each program: a number, or `full`. */
  readonly last: Map<string, string>;
  readonly acknowledged: Map<string, number>;
  readonly ended: Promise<{ readonly descriptors: number; readonly children: number }>;
};

/** Runs journals in a mount namespace of their own, which a shell command prepares. */
function journals(
  t: TestContext,
  kind: Kind,
  prepare: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Outcome {
  const launcher = fileURLToPath(new URL('../frame/faults/launcher.js', import.meta.url));
  const child = spawn(
    'unshare',
    [
      '-m',
      'sh',
      '-c',
      `${prepare} && exec "$@"`,
      'sh',
      process.execPath,
      launcher,
      kind,
      folder,
      String(PROGRAMS),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
  );
  t.after(() => child.kill('SIGKILL'));
  const last = new Map<string, string>();
  const acknowledged = new Map<string, number>();
  let word = '{}';
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [name = '', what = ''] = line.split(' ');
    if (name === 'end') word = line.slice(4);
    else if (name !== 'first') {
      last.set(name, what);
      if (what !== 'full') acknowledged.set(name, Number(what));
    }
  });
  return { launcher: child, last, acknowledged, ended: once(lines, 'close').then(() => JSON.parse(word)) };
}

async function end({ launcher, ended }: Outcome): Promise<void> {
  launcher.stdin?.end();
  const { descriptors, children } = await ended;
  assert.deepEqual({ descriptors, children }, { descriptors: 0, children: 0 });
  await nobodyLeft();
}

for (const kind of kinds) {
  test(`a ${kind} program on a full disk is told, and what was acknowledged is there`, {
    skip: cannotMount,
  }, async (t) => {
    const room = makeRoom(t);
    const outcome = journals(t, kind, `mount -t tmpfs -o size=256k none ${room}`, room, {});
    await until(
      'the disk is full',
      () => [...outcome.last.values()].filter((what) => what === 'full').length === PROGRAMS,
    );
    for (const [name, number] of outcome.acknowledged)
      holdsRecords(join(`/proc/${outcome.launcher.pid}/root`, room, name), number);
    await end(outcome);
  });

  test(`a ${kind} program starts and runs when nothing can be written to /tmp and to caches`, {
    skip: cannotMount,
  }, async (t) => {
    const room = makeRoom(t);
    const scarce = join(room, 'scarce');
    const logs = join(room, 'logs');
    for (const each of [scarce, logs]) mkdirSync(each);
    const full = `mount -t tmpfs -o size=16k none ${scarce} && { head -c 100000 /dev/zero > ${scarce}/fill 2>/dev/null; true; }`;
    const readOnly = 'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp';
    for (const [prepare, place] of [
      [full, scarce],
      [readOnly, '/tmp'],
    ] as const) {
      const outcome = journals(t, kind, prepare, logs, {
        TMPDIR: place,
        XDG_CACHE_HOME: join(place, 'cache'),
      });
      await until('all programs run', () => outcome.acknowledged.size === PROGRAMS);
      await end(outcome);
    }
  });
}

/** A library that makes the time of day jump by years, back and forth, whenever a process asks. */
const JUMPING = `
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long jump(void) { static long count; return (count++ & 1) ? 100000000 : -100000000; }
int clock_gettime(clockid_t id, struct timespec *t) {
  int result = syscall(SYS_clock_gettime, id, t);
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec += jump();
  return result;
}
int gettimeofday(struct timeval *restrict t, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  t->tv_sec = now.tv_sec;
  t->tv_usec = now.tv_nsec / 1000;
  return 0;
}`;

test('the limit of wall-clock time holds while the time of day jumps', async (t) => {
  const room = makeFolder(t);
  const library = join(room, 'jumping.so');
  writeFileSync(join(room, 'jumping.c'), JUMPING);
  if (spawnSync('cc', ['-shared', '-fPIC', '-o', library, join(room, 'jumping.c')]).status !== 0) {
    t.skip('no C compiler here');
    return;
  }
  const limited = fileURLToPath(new URL('../frame/faults/limited.js', import.meta.url));
  const child = spawn(process.execPath, [limited, makeProgram(t, spins()), room], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LD_PRELOAD: library },
  });
  t.after(() => child.kill('SIGKILL'));
  const lines: { readonly jumped: boolean; readonly reason: unknown; readonly milliseconds: number }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  await once(child, 'close');
  assert.equal(lines.length, kinds.length);
  for (const { jumped, reason, milliseconds } of lines) {
    assert.ok(jumped);
    assert.deepEqual(reason, { kind: 'limit', limit: 'wall_clock' });
    assert.ok(milliseconds >= 490 && milliseconds < 1_000_000, `${milliseconds} ms`);
  }
  await nobodyLeft();
});

const PYTHON = '/usr/bin/python3';

/** Starts a command in a terminal, and prints what it shows until it is killed, and the terminal with it. */
const TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
while True: os.write(1, os.read(terminal, 4096))`;

test('a program ends with its user’s terminal, even one that ignores the news', {
  skip: !existsSync(PYTHON) && 'needs the package python3',
}, async (t) => {
  const cloudabi = fileURLToPath(new URL('../../../dist/bin/cloudabi.js', import.meta.url));
  const script =
    "trap '' HUP TERM INT; sleep 1000 & setsid sleep 1000 & echo begun; while :; do sleep 1; done";
  for (const [args, begun] of [
    [['--base', 'system', '/bin/sh', '-c', script], 'begun'],
    [['--', makeProgram(t, spins())], undefined],
  ] as const) {
    const terminal = spawn(PYTHON, ['-c', TERMINAL, process.execPath, cloudabi, 'exec', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => terminal.kill('SIGKILL'));
    if (begun !== undefined) await once(terminal.stdout, 'data');
    else await until('it runs', () => beneath(terminal.pid ?? 0).some(isConfined));
    terminal.kill('SIGKILL');
    await nobodyLeft();
  }
});
