import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { command, file, launch } from '../../../src/index.ts';
import type { Refusal } from '../../../src/process/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'threads-'));
after(() => rmSync(folder, { recursive: true }));

const rust = 'tests/programs/threads/rust/threads.wasm';
const posix = 'tests/programs/threads/posix.wasm';

/** Programs end within this time, also on a busy machine; a lost wake-up does not end at all. */
const PATIENCE = { timeout: 300_000, killSignal: 'SIGKILL' } as const;

/** Runs a program in place, as a shell does. */
function exec(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = { encoding: 'utf8', ...PATIENCE } as const;
  return spawnSync(process.execPath, ['dist/bin/cloudabi.js', 'exec', ...argv], options);
}

/** Runs the C program in one of its modes, by `launch`. */
async function launchPosix(mode: string): Promise<{ reason: object; output: string }> {
  const path = join(folder, mode);
  const output = file(path, { rights: ['write', 'create'] });
  const argdata = new Map<string, unknown>([
    ['mode', mode],
    ['output', output],
  ]);
  const reason = await launch(posix, argdata, { limits: { wallClock: 300_000 } }).exited;
  return { reason, output: readFileSync(path, 'utf8') };
}

describe('a Rust program for wasm32-wasip1-threads', () => {
  test('computes with mutexes, channels, condition variables, barriers and thread-locals', () => {
    const { status, stdout, stderr } = exec(rust);
    assert.equal(stderr, '');
    assert.deepEqual(stdout.trim().split('\n'), [
      'counter 16000',
      'channel 127992000',
      'ping-pong 4000',
      'readers 4000',
      'own 28',
      'storm 124750',
      'timeout true',
    ]);
    assert.equal(status, 0);
  });

  test('ends with the status that one of its threads says, for any state of the others', () => {
    assert.equal(exec(rust, 'exit').status, 7);
    assert.equal(exec(rust, 'spin-exit').status, 8);
  });

  test('traps when one of its threads does', () => {
    const { status, stderr } = exec(rust, 'panic');
    assert.equal(status, 134);
    assert.match(stderr, /on purpose[\s\S]*threads\.wasm trapped: unreachable/);
  });

  test('has no more threads than its limit', () => {
    assert.equal(exec('--limit', 'threads=5', rust, 'many').stdout, '4 WouldBlock\n');
    assert.equal(exec('--limit', 'threads=1', rust, 'many').stdout, '0 WouldBlock\n');
  });

  test('writes files from its threads, and only where it may', () => {
    assert.equal(exec('--write', `${folder}:/directory`, rust, 'write').stdout, 'by a thread\n');
    assert.equal(exec('--read', `${folder}:/directory`, rust, 'write').status, 134);
  });

  test('has as much shared memory as its limit and no more', () => {
    assert.equal(exec('--limit', 'memory=64KiB', rust).status, 126);
    assert.equal(exec('--limit', 'memory=512MiB', rust).status, 0);
  });

  test('reports the refusals of a thread, and how a thread ended it, to its launcher', async () => {
    const refusals: Refusal[] = [];
    const argdata = command({
      arguments: ['write'],
      directories: { '/directory': file(folder, { rights: 'read' }) },
    });
    const reason = await launch(rust, argdata, { onRefused: (refusal) => refusals.push(refusal) }).exited;
    assert.equal(reason.kind, 'trapped');
    assert.ok(refusals.some(({ call }) => call === 'file_open'));
    const exits = await launch(rust, command({ arguments: ['exit'] })).exited;
    assert.deepEqual({ kind: exits.kind, code: 'code' in exits && exits.code }, { kind: 'exited', code: 7 });
  });
});

describe('a C program with CloudABI threads', () => {
  test('finds all that POSIX and C11 promise', async () => {
    const { reason, output } = await launchPosix('all');
    assert.deepEqual(output.trim().split('\n'), [
      'queue 40495500',
      'turns 6000',
      'readers 3000 3000 torn 0 together 1',
      'late 1',
      'types 0 1 1 1 1 0',
      'c11 40 own 5 once 1 destroyed 10',
      'storm 39800',
      'allocator 0',
    ]);
    assert.equal('kind' in reason && reason.kind, 'exited');
  });

  test('ends with the code of the first thread that exits, while another computes', async () => {
    const { reason } = await launchPosix('exit');
    assert.ok('code' in reason && reason.code === 9, JSON.stringify(reason));
  });

  test('traps when one of its threads does, and says where', async () => {
    const { reason } = await launchPosix('trap');
    assert.ok('kind' in reason && reason.kind === 'trapped', JSON.stringify(reason));
    assert.ok('message' in reason && /^unreachable \(in /.test(String(reason.message)));
  });

  test('goes on when its first thread ends, until the last one does', async () => {
    const { reason, output } = await launchPosix('first-ends');
    assert.equal(output, 'last\n');
    assert.ok('code' in reason && reason.code === 0, JSON.stringify(reason));
  });

  test('is told of a lock that it would wait for without an end', async () => {
    assert.equal((await launchPosix('deadlock')).output, 'deadlock 1\n');
  });
});
