import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { makeFolder, makeProgram, until } from '../frame/programs.ts';
import { code, writes } from '../frame/wasm-module.ts';

const SIGUSR1 = 10;

function start(
  t: TestContext,
  args: readonly string[],
  input: string | undefined = '',
  node: readonly string[] = [],
): ChildProcess {
  const child = spawn(process.execPath, [...node, executable('cloudabi'), ...args], { stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  if (input !== undefined) child.stdin?.end(input);
  return child;
}

/** Says whether a process has a handler for a signal (proc_pid_status(5)). */
function catches(pid: number, signal: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return ((BigInt(`0x${caught ?? 0}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** Counts the listening TCP sockets over IPv4 of a process; `undefined` when it has ended. */
function listening(pid: number): number | undefined {
  try {
    return countListening(pid);
  } catch (error) {
    // proc(5) has no network of a process that has ended, whether or not it was waited for.
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT' || code === 'EINVAL' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function countListening(pid: number): number {
  const mine = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return readFileSync(`/proc/${pid}/net/tcp`, 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inode !== undefined && mine.has(inode))
    .length;
}

const waiting = ['exec', '--base', 'system', '--network', 'host', '--', 'sh', '-c'];

for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGALRM', 'SIGQUIT'] as const)
  test(`a Linux program gets ${signal}, and its launcher goes on`, async (t) => {
    const script = `trap 'exit 7' ${signal.slice(3)}; echo up; while :; do sleep 0.05; done`;
    const child = start(t, [...waiting, script]);
    assert.ok(child.stdout && child.pid);
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [7, null]);
  });

test('SIGUSR1 ends a module and a script, in place and watched, as is its default', async (t) => {
  const module = makeProgram(t, writes(0, 'up', code.forever));
  const script = join(makeFolder(t), 'program.mjs');
  writeFileSync(
    script,
    "import { program } from 'cloudabi/program'; program(() => { console.log('up'); for (;;); });",
  );
  for (const [args, ended] of [
    [
      ['run', module],
      [null, 'SIGUSR1'],
    ],
    [
      ['run', '--trace', module],
      [128 + SIGUSR1, null],
    ],
    [
      ['exec', '--', script],
      [128 + SIGUSR1, null],
    ],
    [
      ['exec', '--walls', 'landlock', '--', script],
      [null, 'SIGUSR1'],
    ],
    [
      ['exec', '--walls', 'landlock', '--trace', '--', script],
      [128 + SIGUSR1, null],
    ],
  ] as const) {
    const child = start(t, args, 'out: !fd stdout');
    assert.ok(child.stdout && child.stderr);
    const errors = text(child.stderr);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    child.kill('SIGUSR1');
    assert.deepEqual(await once(child, 'exit'), ended, `${args.join(' ')}: ${await errors}`);
  }
});

test('a SIGUSR1 that comes before our first line opens no debugger while a program runs', async (t) => {
  const child = start(t, [...waiting, 'echo up; read line'], undefined);
  const { pid, stdout } = child;
  assert.ok(stdout && pid);
  await until('Node waits for it', () => child.exitCode !== null || catches(pid, SIGUSR1));
  child.kill('SIGUSR1');
  assert.ok(child.stderr);
  const errors = text(child.stderr);
  const ended = once(child, 'exit');
  await Promise.race([once(stdout, 'data'), ended]);
  const sockets = listening(pid);
  if (sockets !== undefined) {
    assert.equal(sockets, 0);
    return;
  }
  // It has ended the program, or this process before.
  await ended;
  assert.ok(child.signalCode === 'SIGUSR1' || child.exitCode === 138, `${child.exitCode}: ${await errors}`);
});

test('a debugger that the user wants is not there together with the network of the host', async (t) => {
  const refused = start(t, [...waiting, 'echo up'], '', ['--inspect=0']);
  assert.ok(refused.stderr);
  const [errors, [status]] = await Promise.all([text(refused.stderr), once(refused, 'exit')]);
  assert.equal(status, 64, errors);
  assert.match(errors, /Node's debugger listens at ws:.*start without --inspect/);
  const fine = start(t, ['exec', '--', '/bin/true'], '', ['--inspect=0']);
  assert.deepEqual(await once(fine, 'exit'), [0, null]);
});
