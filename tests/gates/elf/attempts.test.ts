import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { launch, pipe } from '../../../src/index.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';

/** Attempts of tests/programs/elf/attempt.c, by their numbers. */
const attempts = [
  [1, 'opens a file'],
  [2, 'opens a file by the newer call'],
  [3, 'makes a socket'],
  [4, 'calls Linux as a 32-bit program'],
  [5, 'calls Linux as an x32 program'],
  [6, 'maps memory that it can write and execute'],
  [7, 'makes memory executable that it can write'],
  [8, 'executes a file'],
  [9, 'traces a process'],
  [10, 'sends a signal'],
  [11, 'makes a request of a device'],
  [12, 'copies its process'],
  [13, 'makes a process that shares its memory'],
  [14, 'reads the memory of another process'],
  [15, 'sends a message with descriptors by itself'],
  [16, 'makes a ring of calls'],
  [17, 'makes a memory file'],
  [18, 'duplicates a descriptor by itself'],
  [19, 'sets flags of a descriptor by itself'],
  [20, 'calls Linux with code that it has made'],
  [21, 'asks where its thread register points'],
  [22, 'changes its own attributes'],
  [23, 'filters its own calls'],
  [24, 'truncates a file by itself'],
] as const;

async function attempt(number: number) {
  const output = pipe('write');
  await using program = launch(executable('attempt', { ATTEMPT: number }), [output]);
  const chunks: Buffer[] = [];
  for await (const chunk of output.stream) chunks.push(chunk);
  return { end: await program.exited, said: Buffer.concat(chunks).toString() };
}

describe('an executable that', { skip: noExecutables ?? false }, () => {
  test('attempts nothing writes to what it was granted', async () => {
    const { end, said } = await attempt(0);
    assert.equal(end.kind === 'exited' && end.code, 0);
    assert.equal(said, 'still here\n');
  });

  for (const [number, words] of attempts) {
    test(`${words} is ended`, async () => {
      const { end, said } = await attempt(number);
      assert.equal(
        end.kind === 'trapped' && end.message,
        'it made a system call of Linux, which no CloudABI executable may (SIGSYS)',
      );
      assert.equal(said, '');
    });
  }

  test('makes a fault ends as trapped', async () => {
    const { end } = await attempt(25);
    assert.match(
      end.kind === 'trapped' ? end.message : '',
      /^it was ended by SIGSEGV at the address 0x8 \(in cloudabi_main\+/,
    );
  });
});
