// A command with nothing to do but wait becomes a process of a few kilobytes: with the same statuses, messages and
// signals as Node would have.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { childrenOf, isAlive, makeFolder, until } from '../frame/programs.ts';

const field = (pid: number, file: string, name: string): string =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'latin1'))?.[1] ?? '';

const isWatcher = (pid: number): boolean => readFileSync(`/proc/${pid}/comm`, 'latin1') === 'cloudabi\n';

/** A command that runs; its end is heard from its start on. */
type Started = ChildProcess & { readonly pid: number; readonly ended: Promise<unknown[]> };

/** Starts a command. Where Node is asked to count what it covers, it stays. */
function start(t: TestContext, args: readonly string[], node = false): Started {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const child = spawn(process.execPath, [executable('cloudabi'), 'exec', ...args], {
    stdio: 'pipe',
    env: node ? { ...env, NODE_V8_COVERAGE: makeFolder(t) } : env,
  });
  t.after(() => child.kill('SIGKILL'));
  const { pid } = child;
  assert.ok(pid !== undefined);
  // One that has reached its limit reads nothing.
  child.stdin.on('error', () => undefined);
  return Object.assign(child, { pid, ended: once(child, 'exit') });
}

async function started(t: TestContext, args: readonly string[], node = false): Promise<Started> {
  const child = start(t, args, node);
  const { pid } = child;
  if (!node) await until('it is a watcher', () => child.exitCode !== null || isWatcher(pid));
  return child;
}

const shell = (script: string, ...options: string[]): string[] => [
  ...options,
  '--base',
  'system',
  '--',
  'sh',
  '-c',
  `read line; ${script}`,
];

test('a command that waits has less than a megabyte of its own, and none of its environment', async (t) => {
  const child = await started(t, shell(':'));
  const { pid } = child;
  const kilobytes = ['Private_Clean', 'Private_Dirty'].map((name) =>
    Number.parseInt(field(pid, 'smaps_rollup', name), 10),
  );
  assert.ok((kilobytes[0] ?? 0) + (kilobytes[1] ?? 0) < 1024, kilobytes.join());
  assert.equal(readFileSync(`/proc/${pid}/environ`, 'latin1'), '');
  assert.match(readFileSync(`/proc/${pid}/cmdline`, 'latin1'), /cloudabi\.js\0exec\0/);
  assert.equal(field(pid, 'status', 'Threads'), '1');
  child.stdin?.end('\n');
  assert.deepEqual(await child.ended, [0, null]);
});

/** Scripts that go on when they are told to, and options. */
const ends: readonly (readonly [what: string, script: string, ...options: string[]])[] = [
  ['a status of 0', 'exit 0'],
  ['another status', 'exit 7'],
  ['a status of 255', 'exit 255'],
  ['a signal', 'kill -SEGV $$'],
  ['SIGKILL', 'kill -KILL $$'],
  ['SIGPIPE', 'kill -PIPE $$'],
  ['a status that means a signal', 'exit 139'],
  ['a limit that it has not reached', 'exit 3', '--limit', 'cpu_time=30s'],
  ['the limit of processor time', 'while :; do :; done', '--limit', 'cpu_time=1s'],
  [
    'the limit of the size of a file',
    'head -c 9000 /dev/zero > /tmp/x; kill -XFSZ $$',
    '--limit',
    'file_size=4KiB',
  ],
  ['the limit of wall-clock time', 'sleep 100', '--limit', 'wall_clock=1500ms'],
  ['the limit of memory', 'head -c 300m /dev/zero | tail', '--limit', 'memory=40MiB'],
  ['a limit of processes', '(sleep 0 & wait); exit 5', '--limit', 'processes=50'],
];

for (const [what, script, ...options] of ends)
  test(`an end by ${what} is told as Node tells it`, async (t) => {
    const outcomes = [];
    for (const node of [false, true]) {
      const child = await started(t, shell(script, ...options), node);
      assert.ok(child.stderr);
      const errors = text(child.stderr);
      child.stdin?.end('\n');
      outcomes.push([await child.ended, await errors]);
    }
    assert.deepEqual(outcomes[0], outcomes[1]);
  });

test('a program that was not started is told as before', async (t) => {
  const child = start(t, ['--base', 'system', '--chdir', '/usr/bin/env', '--', 'true']);
  assert.ok(child.stderr);
  const [errors, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.notEqual(status, 0);
  assert.match(errors, /working directory/);
});

const SIGNALS = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
] as const;

for (const signal of SIGNALS)
  test(`a watcher passes ${signal} on`, async (t) => {
    const script = `trap 'exit 7' ${signal.slice(3)}; echo up; while :; do sleep 0.05; done`;
    const child = await started(t, shell(script));
    assert.ok(child.stdout);
    child.stdin?.write('\n');
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.deepEqual(await child.ended, [7, null]);
  });

test('a signal that ends the program is not reported to its sender', async (t) => {
  const child = await started(t, shell('echo up; exec sleep 100'));
  assert.ok(child.stderr && child.stdout);
  const errors = text(child.stderr);
  child.stdin?.write('\n');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual([await child.ended, await errors], [[143, null], '']);
});

test('no signal is lost while Node becomes a watcher', async (t) => {
  for (let round = 0; round < 10; round++) {
    const child = start(t, [
      '--base',
      'system',
      '--',
      'sh',
      '-c',
      "trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done",
    ]);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    assert.deepEqual(await child.ended, [7, null], `round ${round}`);
  }
});

test('a program ends with its watcher', async (t) => {
  const child = await started(t, shell('sleep 100'));
  const [first = 0] = childrenOf(child.pid);
  const [program = 0] = childrenOf(first);
  assert.ok(isAlive(program));
  child.kill('SIGKILL');
  await until('the program is gone', () => !isAlive(program) && !isAlive(first));
});

test('a watcher tells when the first process was killed', async (t) => {
  const child = await started(t, shell('sleep 100'));
  assert.ok(child.stderr);
  const errors = text(child.stderr);
  const [first = 0] = childrenOf(child.pid);
  process.kill(first, 'SIGKILL');
  assert.deepEqual(await child.ended, [70, null]);
  assert.match(await errors, /^cloudabi exec: The first process was killed from outside\n$/);
});

test('a watcher stops and goes on as the jobs of a shell do', async (t) => {
  const child = await started(t, shell('exit 4'));
  const { pid } = child;
  // In a group of processes without a shell, as tests may be run in, the kernel ignores SIGTSTP.
  child.kill('SIGSTOP');
  await until('it has stopped', () => field(pid, 'status', 'State').startsWith('T'));
  child.kill('SIGCONT');
  await until('it goes on', () => !field(pid, 'status', 'State').startsWith('T'));
  child.stdin?.end('\n');
  assert.deepEqual(await child.ended, [4, null]);
});

test('control groups are gone with the program', async (t) => {
  const child = await started(t, shell('cat /proc/self/cgroup; exit 0', '--limit', 'processes=50'));
  assert.ok(child.stdout);
  const groups = (): string[] =>
    ['/sys/fs/cgroup', '/sys/fs/cgroup/pids'].flatMap((folder) =>
      existsSync(folder) ? readdirSync(folder).filter((name) => name.includes(`-${child.pid}-`)) : [],
    );
  child.stdin?.end('\n');
  await child.ended;
  assert.deepEqual(groups(), []);
});

test('behind Landlock alone, everything ends with the limit of time, too', async (t) => {
  const child = await started(t, [
    '--walls',
    'landlock',
    '--base',
    'system',
    '--limit',
    'wall_clock=6s',
    '--',
    'sh',
    '-c',
    'sleep 100 & sleep 100',
  ]);
  const [first = 0] = childrenOf(child.pid);
  const programs = childrenOf(first);
  assert.deepEqual(await child.ended, [124, null]);
  assert.ok(programs.length > 0 && programs.every((pid) => !isAlive(pid)));
});

test('a command with a port to publish stays Node', async (t) => {
  const child = start(t, ['--publish', '0:80', ...shell('exit 0')]);
  await child.ended;
  const other = start(t, shell('exit 0'), true);
  await until('the program runs', () => childrenOf(other.pid).length > 0);
  assert.ok(!isWatcher(other.pid));
  other.stdin?.end('\n');
  assert.deepEqual(await other.ended, [0, null]);
});

const PYTHON = '/usr/bin/python3';

/** Starts a command in a terminal, lets that hang up once the command is a watcher, and prints its exit status. */
const HANG_UP = `
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.dup2(os.open('/dev/null', os.O_RDWR), 1)
    os.dup2(1, 2)
    os.execvp(sys.argv[2], sys.argv[2:])
while open(f'/proc/{pid}/comm').read() != 'cloudabi\\n' or not os.path.exists(sys.argv[1]): time.sleep(0.01)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test('a program that ignores that its user’s terminal has gone is ended by the watcher', {
  skip: !existsSync(PYTHON) && 'needs the package python3',
}, (t) => {
  const end = (script: string): string => {
    const folder = makeFolder(t);
    const words = [
      process.execPath,
      executable('cloudabi'),
      'exec',
      '--base',
      'system',
      '--write',
      `${folder}:/w`,
      '--',
      'sh',
      '-c',
      script,
    ];
    const { NODE_V8_COVERAGE: _, ...env } = process.env;
    return spawnSync(PYTHON, ['-c', HANG_UP, join(folder, 'up'), ...words], {
      encoding: 'utf8',
      timeout: 300_000,
      env,
    }).stdout;
  };
  assert.equal(end("trap '' HUP; : > /w/up; sleep 100"), '137\n');
  assert.equal(end("trap 'exit 5' HUP; : > /w/up; while :; do sleep 0.05; done"), '5\n');
});
