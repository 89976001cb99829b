import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { handedCalls } from '../../../src/gates/elf/handed-calls.ts';
import { file, launch, pipe } from '../../../src/index.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';

const LIMIT = 8;

const values = {
  LIMIT,
  NUMBER_PROC_FORK: handedCalls.indexOf('proc_fork'),
  NUMBER_FD_STAT_GET: handedCalls.indexOf('fd_stat_get'),
};

/** Runs a case of tests/programs/elf/forks.c to its end. */
async function run(number: number, processes: number) {
  const output = pipe('write');
  const limits = { processes, wallClock: 60_000 };
  const path = executable('forks', { ...values, CASE: number });
  await using program = launch(path, [output, file(path, { rights: ['execute'] })], { limits });
  const chunks: Buffer[] = [];
  for await (const chunk of output.stream) chunks.push(chunk);
  return { end: { ...(await program.exited), usage: undefined }, said: Buffer.concat(chunks).toString() };
}

describe('an executable that forks', { skip: noExecutables ?? false }, () => {
  for (const [number, promise, said] of [
    [0, 'hears how each process has ended', 'ends\n'],
    [1, 'is passed a socket by the process that it has made', 'passed\n'],
    [2, 'ends a process, and what that has made, by closing its descriptor', 'closed\n'],
    [3, 'has no more processes at once than its limit', 'bounded\n'],
    [4, 'gets no more by making the steps itself', 'held\n'],
    [5, 'does so in several threads', 'threads\n'],
    [6, 'has another executable in the place of one process', 'successor\nexecuted\n'],
    [7, 'has rights that are of each process alone', 'kept\n'],
    [8, 'takes all its processes along when the first one ends', 'left\n'],
  ] as const)
    test(promise, async () => {
      assert.deepEqual(await run(number, LIMIT), {
        end: { kind: 'exited', code: 0, usage: undefined },
        said,
      });
    });

  test('has one process if that is its limit, and no fork then', async () => {
    const { end } = await run(0, 1);
    assert.notDeepEqual(end, { kind: 'exited', code: 0, usage: undefined });
  });
});
