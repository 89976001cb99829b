import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { file, launch, type Refusal } from '../../../src/index.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';
import { makeFolder } from '../../frame/programs.ts';

const MINUTES = { wallClock: 300_000 };

/** Runs a case of tests/programs/elf/crashes.c on a file that it may only read. */
async function run(t: Parameters<typeof makeFolder>[0], number: number, trap: boolean) {
  const path = join(makeFolder(t), 'read-only');
  writeFileSync(path, '');
  const refused: Refusal[] = [];
  const options = { limits: MINUTES, trap, onRefused: (one: Refusal) => refused.push(one) };
  await using program = launch(executable('crashes', { CASE: number }), [file(path)], options);
  return { end: await program.exited, refused };
}

/** The functions of a stack, without the places in them. */
const names = (stack: readonly string[] = []): string[] =>
  stack.map((one) => one.replace(/\+0x[0-9a-f]+$/, ''));

const outer = ['innermost', 'middle', 'middle', 'middle', 'cloudabi_main'];

/** The stack without what comes before the program's main function. */
const inner = (stack: readonly string[] | undefined): string[] => {
  const all = names(stack);
  return all.slice(0, all.indexOf('cloudabi_main') + 1);
};

describe('an executable', { skip: noExecutables ?? false }, () => {
  for (const [number, what, message] of [
    [0, 'memory that is not there', /^it was ended by SIGSEGV at the address 0x8 \(in innermost\+/],
    [1, 'a division by zero', /^it was ended by SIGFPE \(in innermost\+/],
    [2, 'an instruction that is none', /^it was ended by SIGILL \(in innermost\+/],
    [3, 'a breakpoint', /^it was ended by SIGTRAP \(in innermost\+/],
  ] as const)
    test(`that faults by ${what} ends with its functions and registers`, async (t) => {
      const { end } = await run(t, number, false);
      assert.ok(end.kind === 'trapped', JSON.stringify(end));
      assert.match(end.message, message);
      assert.deepEqual(inner(end.stack), outer);
      assert.ok(end.registers?.some((one) => /^rip 0x[0-9a-f]+$/.test(one)));
      assert.equal(end.registers?.length, 18);
    });

  test('that has used up its stack says in which function', async (t) => {
    const { end } = await run(t, 4, false);
    assert.ok(end.kind === 'trapped', JSON.stringify(end));
    assert.match(end.message, /^it was ended by SIGSEGV at the address 0x[0-9a-f]+ \(in overflow\+/);
    assert.equal(new Set(names(end.stack)).size, 1);
  });

  test('that has lost its stack says which instruction it was', async (t) => {
    const { end } = await run(t, 8, false);
    assert.ok(end.kind === 'trapped', JSON.stringify(end));
    assert.deepEqual(names(end.stack), ['innermost']);
  });

  test('that raises a signal of a fault ends by that, or with its functions if it is stopped', async (t) => {
    const free = await run(t, 5, false);
    assert.deepEqual(
      { ...free.end, usage: undefined },
      { kind: 'signaled', signal: 'SIGABRT', usage: undefined },
    );
    const { end } = await run(t, 5, true);
    assert.ok(end.kind === 'trapped', JSON.stringify(end));
    assert.match(end.message, /^it raised SIGABRT \(in innermost\+/);
    assert.deepEqual(inner(end.stack), outer);
  });

  test('that makes a system call of Linux names it if it is stopped', async (t) => {
    const free = await run(t, 6, false);
    assert.equal(
      free.end.kind === 'trapped' && free.end.message,
      'it made a system call of Linux, which no CloudABI executable may (SIGSYS)',
    );
    for (const number of [6, 9]) {
      const { end } = await run(t, number, true);
      assert.ok(end.kind === 'trapped', JSON.stringify(end));
      assert.match(end.message, /^it made a system call of Linux, getpid, .*\(SIGSYS\) \(in innermost\+/);
      assert.deepEqual(inner(end.stack), outer);
    }
  });

  test('goes on after a refusal, or is stopped there and says where', async (t) => {
    const free = await run(t, 7, false);
    assert.equal(free.end.kind === 'exited' && free.end.code, 7);
    assert.deepEqual(
      free.refused.map(({ call, stack }) => [call, stack]),
      [['fd_write', undefined]],
    );
    const { end, refused } = await run(t, 7, true);
    assert.ok(end.kind === 'trapped', JSON.stringify(end));
    assert.match(end.message, /^it was stopped at its first refusal, fd_write \(in refused\+/);
    const [refusal, ...more] = refused;
    assert.deepEqual(more, []);
    assert.equal(refusal?.remedy, '[0]: add `write` to its rights');
    assert.deepEqual(inner(refusal?.stack), ['refused', ...outer]);
    assert.equal(refusal?.registers?.length, 18);
  });

  test('is stopped at a refusal in another thread', async (t) => {
    const { end, refused } = await run(t, 10, true);
    assert.ok(end.kind === 'trapped', JSON.stringify(end));
    assert.deepEqual(names(refused[0]?.stack).slice(0, 2), ['refused', 'work']);
  });

  test('is stopped at a fault of a process that it has forked', async (t) => {
    const { end } = await run(t, 11, true);
    assert.ok(end.kind === 'trapped', JSON.stringify(end));
    assert.match(end.message, /^it was ended by SIGSEGV at the address 0x8 \(in innermost\+/);
  });
});
