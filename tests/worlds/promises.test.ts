import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { callNumber, type SystemCall } from '../../src/linux/system-calls.ts';
import { compileFilter } from '../../src/walls/call-filter.ts';
import { type CallFamily, callsOf, normalCalls } from '../../src/worlds/normal-calls.ts';
import { promiseRules } from '../../src/worlds/promise-filter.ts';
import { neverPromised, type PromiseName, promisedUses, promiseNames } from '../../src/worlds/promises.ts';
import { withPromises } from '../../src/worlds/promises-page.ts';
import { makeStartToken } from '../../src/worlds/start-token.ts';
import { runFilter } from '../frame/host/bpf.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const HERE = process.arch === 'x64' ? 0xc000003e : 0xc00000b7;
const CWD = -100;
const token = makeStartToken();

function asked(made: readonly PromiseName[], call: SystemCall | number, ...values: number[]): number {
  const all = [0, 1, 2, 3, 4, 5].map((index) => BigInt.asUintN(64, BigInt(values[index] ?? 0)));
  return runFilter(compileFilter(promiseRules(made, token)), {
    number: typeof call === 'number' ? call : callNumber(call),
    architecture: HERE,
    arguments: all,
  });
}

test('docs/promises.md shows the promises as they are', () => {
  const page = readFileSync('docs/promises.md', 'utf8');
  assert.equal(withPromises(page), page, 'npm run generate writes the table anew');
});

test('every normal call is in a promise, or in none on purpose', () => {
  const promised = new Set(promisedUses(promiseNames).map(({ call }) => call));
  const families = Object.keys(normalCalls) as CallFamily[];
  const missing = families.flatMap(callsOf).filter((call) => !promised.has(call));
  assert.deepEqual(missing.toSorted(), [...neverPromised].toSorted());
});

test('the flags of open(2) decide which promises it needs', () => {
  const sets: readonly (readonly [flags: number, needs: readonly PromiseName[]])[] = [
    [0, ['rpath']],
    [0x200000, ['rpath']],
    [1, ['wpath']],
    [0x401, ['wpath']],
    [0x201, ['wpath']],
    [2, ['rpath', 'wpath']],
    [0x200, ['rpath', 'wpath']],
    [0x40, ['rpath', 'cpath']],
    [0x41, ['wpath', 'cpath']],
    [0x241, ['wpath', 'cpath']],
    [0x410001, ['wpath', 'cpath']],
    [0x42, ['rpath', 'wpath', 'cpath']],
    [0x410002, ['rpath', 'wpath', 'cpath']],
    [3, ['rpath', 'wpath', 'cpath']],
  ];
  const paths = ['rpath', 'wpath', 'cpath'] as const;
  for (const [flags, needs] of sets)
    for (let bits = 0; bits < 8; bits++) {
      const made: PromiseName[] = ['stdio', ...paths.filter((_, index) => bits & (1 << index))];
      const expected = needs.every((name) => made.includes(name)) ? ALLOW : EPERM;
      const words = `${flags.toString(16)} ${made.join()}`;
      assert.equal(asked(made, 'openat', CWD, 1, flags), expected, words);
      // The upper half of an int is not looked at by the kernel.
      assert.equal(asked(made, 'openat', CWD, 1, 2 ** 32 + flags), expected, words);
      assert.equal(asked(made, 'openat2', CWD), bits === 7 ? ALLOW : ENOSYS, words);
    }
});

test('other arguments decide', () => {
  assert.equal(asked(['stdio'], 'clone', 0x10f00), ALLOW);
  assert.equal(asked(['stdio'], 'clone', 17), EPERM);
  assert.equal(asked(['stdio', 'proc'], 'clone', 17), ALLOW);
  assert.equal(asked(['stdio'], 'clone3'), ENOSYS);
  assert.equal(asked(['stdio', 'inet'], 'socket', 1, 1), EPERM);
  assert.equal(asked(['stdio', 'unix'], 'socket', 1, 1), ALLOW);
  assert.equal(asked(['stdio', 'unix'], 'socket', 2, 1), EPERM);
  assert.equal(asked(['stdio', 'inet'], 'socket', 10, 1), ALLOW);
  assert.equal(asked(['stdio', 'dns'], 'socket', 2, 0x80002), ALLOW);
  assert.equal(asked(['stdio', 'dns'], 'socket', 2, 1), EPERM);
  assert.equal(asked(['stdio'], 'fcntl', 3, 6), EPERM);
  assert.equal(asked(['stdio', 'flock'], 'fcntl', 3, 6), ALLOW);
  assert.equal(asked(['stdio'], 'ioctl', 0, 0x5402), EPERM);
  assert.equal(asked(['stdio', 'tty'], 'ioctl', 0, 0x5402), ALLOW);
  assert.equal(asked(['stdio'], 'prlimit64', 0, 7, 0, 1), ALLOW);
  assert.equal(asked(['stdio'], 'prlimit64', 0, 7, 1, 0), EPERM);
  assert.equal(asked(promiseNames, 'io_uring_setup'), EPERM);
  assert.equal(asked(promiseNames, 500), ENOSYS);
});

test('without exec, only the numbers of this start start a program', () => {
  const { words, flags } = token;
  assert.equal(asked(['stdio'], 'execve', 1, 2, 3, ...words), ALLOW);
  assert.equal(asked(['stdio'], 'execveat', 1, 2, 3, 4, flags, words[0]), ALLOW);
  assert.equal(asked(['stdio'], 'execve', 1, 2, 3), EPERM);
  assert.equal(asked(['stdio'], 'execveat', 1, 2, 3, 4, 0x1000, words[0]), EPERM);
  assert.equal(asked(['stdio'], 'execveat', 1, 2, 3, 4, flags, words[1]), EPERM);
  for (const index of [0, 1, 2])
    assert.equal(
      asked(['stdio'], 'execve', 1, 2, 3, ...words.map((word, at) => (at === index ? 7 : word))),
      EPERM,
    );
  assert.equal(asked(['stdio', 'exec'], 'execve', 1, 2, 3), ALLOW);
  assert.notDeepEqual(makeStartToken(), token);
});
