import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makePipe } from '../src/host/files/new-descriptors.ts';
import { syscall } from '../src/host/syscall.ts';
import type { HostileSpec } from '../tests/frame/gates/hostile-child.ts';
import { assemble } from '../tests/frame/gates/wasm-bytes.ts';

const scriptAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const inside = scriptAt('inside/threads.js');
const x64 = process.arch === 'x64';

const base = mkdtempSync(join(tmpdir(), 'attacks-'));
const granted = join(base, 'granted');
const outside = join(base, 'outside');
mkdirSync(granted);
writeFileSync(join(granted, 'file'), 'granted');
writeFileSync(outside, 'secret');
after(() => rmSync(base, { recursive: true, force: true }));

const run = (mode: string, stdio: (number | 'ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe']) =>
  spawnSync(process.execPath, [inside, mode, granted, outside], {
    encoding: 'utf8',
    timeout: 300_000,
    stdio,
  });

describe('in capability mode', () => {
  test('a thread that was there before has the same walls around it', () => {
    const { stdout, stderr, status } = run('worker');
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), [
      'EPERM',
      'succeeded',
      'EACCES',
      'EPERM',
      'EPERM',
      'EPERM',
      'EPERM',
      'EPERM',
    ]);
  });

  test('a thread that is started later has them too, and may start none but threads', () => {
    const { stdout, stderr, status } = run('later');
    assert.equal(status, 0, stderr);
    const answers = new Map(Object.entries(JSON.parse(stdout)));
    assert.ok(answers.size > 100);
    for (const [name, answer] of answers) {
      const expected = name.startsWith('allowed')
        ? 'succeeded'
        : name.includes('for writing')
          ? 'EACCES'
          : 'EPERM';
      assert.equal(answer, expected, name);
    }
  });

  for (const mode of ['status', 'later-status']) {
    test(`every thread has the filter, no new privileges, and no capability beyond two: ${mode}`, async () => {
      await checkThreads(mode);
    });
  }

  async function checkThreads(mode: string): Promise<void> {
    const child = spawn(process.execPath, [inside, mode, granted, outside], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      const statuses = readdirSync(`/proc/${child.pid}/task`).flatMap((task) => {
        try {
          return [readFileSync(`/proc/${child.pid}/task/${task}/status`, 'utf8')];
        } catch {
          // The thread has ended since it was listed.
          return [];
        }
      });
      assert.ok(statuses.length > 5);
      for (const status of statuses) {
        assert.match(status, /^Seccomp:\s+2$/m);
        assert.match(status, /^NoNewPrivs:\s+1$/m);
        const effective = BigInt(`0x${/^CapEff:\s+(\w+)$/m.exec(status)?.[1]}`);
        const dacOverrideAndFowner = 0b1010n;
        assert.equal(effective & ~dacOverrideAndFowner, 0n);
      }
    } finally {
      child.kill('SIGKILL');
    }
  }

  test('the system calls of 32-bit programs end the process', { skip: x64 ? false : 'x86-64 only' }, () => {
    const { stdout, signal } = run('int80');
    assert.equal(stdout, '');
    // SIGSEGV on a host without that interface.
    assert.ok(signal === 'SIGSYS' || signal === 'SIGSEGV', `${signal}`);
  });

  test('the system calls of x32 are refused', { skip: x64 ? false : 'x86-64 only' }, () => {
    assert.deepEqual(JSON.parse(run('x32').stdout), ['EPERM', 'EPERM', 'EPERM', 'EPERM']);
  });

  test('descriptors that the parent left open are closed: a directory, a pipe, a file', () => {
    const { read, write } = makePipe();
    const others = [openSync(base, 'r'), read, openSync(outside, 'r+')];
    try {
      const stdio: (number | 'ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe'];
      others.forEach((descriptor, index) => {
        stdio[100 + index] = descriptor;
      });
      for (let index = 3; index < 100; index++) stdio[index] = 'ignore';
      const { stdout, stderr } = run('inherited', stdio);
      assert.deepEqual(JSON.parse(stdout || stderr), { inherited: [100, 101, 102], left: [] });
    } finally {
      [...others, write].forEach(closeSync);
    }
  });

  test('nothing reaches the descriptors of the parent through an event counter that is not handed on', () => {
    const EVENTFD2 = x64 ? 290 : 19;
    const CLOEXEC = 0x80000;
    const counter = syscall(EVENTFD2, 0, CLOEXEC);
    assert.ok(counter >= 0);
    const { stdout } = run('inherited');
    assert.deepEqual(JSON.parse(stdout), { inherited: [], left: [] });
    closeSync(counter);
  });
});

describe('on a host without a mechanism', () => {
  const wasm = join(base, 'module.wasm');
  writeFileSync(wasm, assemble({ functions: [[[]]], exports: [['_start', 0]] }));
  const start = (lacking: string, accept: HostileSpec['accept'] = []): Record<string, string> => {
    const spec: HostileSpec = { wasm, directory: granted, accept };
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        scriptAt('inside/without.js'),
        lacking,
        process.execPath,
        scriptAt('../tests/frame/gates/hostile-child.js'),
        JSON.stringify(spec),
      ],
      { encoding: 'utf8', timeout: 300_000 },
    );
    return JSON.parse(stdout || JSON.stringify({ kind: stderr }));
  };

  for (const [lacking, mechanism] of [
    ['landlock', 'landlock'],
    ['landlock-off', 'landlock'],
    ['mseal', 'mseal'],
  ] as const) {
    test(`a program does not start, and the refusal names it: ${lacking}`, () => {
      const { kind, mechanism: named, message } = start(lacking);
      assert.equal(kind, 'refused');
      assert.equal(named, mechanism);
      assert.match(
        message ?? '',
        new RegExp(`^This host lacks ${mechanism} .*--accept-missing ${mechanism}`),
      );
    });

    test(`a program starts when its user accepts that: ${lacking}`, () => {
      assert.deepEqual(start(lacking, [mechanism]), { kind: 'exited', code: 0 });
      const other = mechanism === 'mseal' ? 'landlock' : 'mseal';
      assert.equal(start(lacking, [other])['kind'], 'refused');
    });
  }
});
