import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import type { CallName } from '../../../src/abi/generated/calls.ts';
import { Errno } from '../../../src/abi/generated/constants.ts';
import { handedCalls } from '../../../src/gates/elf/handed-calls.ts';
import { file, launch, pipe } from '../../../src/index.ts';
import { cc } from '../../../src/toolchain/cc.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';
import { makeFolder } from '../../frame/programs.ts';

/** Reads all of a stream. */
async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Runs a program on a folder of its own and a pipe; `look` sees what it has left. */
async function onFolder(path: string, look: (folder: string) => void = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'guest-'));
  try {
    const output = pipe('write');
    await using program = launch(path, [
      file(folder, { rights: ['read', 'write', 'create', 'remove'] }),
      output,
    ]);
    const said = textOf(output.stream);
    const end = await program.exited;
    look(folder);
    return { end, said: await said };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ended = { kind: 'exited', code: 0, usage: undefined };

describe('a CloudABI executable', { skip: noExecutables ?? false }, () => {
  test('makes calls on files, paths, sockets, memory and time', async () => {
    const { end, said } = await onFolder(executable('calls'), (folder) =>
      assert.deepEqual(readdirSync(folder), []),
    );
    assert.deepEqual({ ...end, usage: undefined }, ended);
    assert.equal(said, 'all is well\n');
  });

  test('ends calls with bad addresses by an error, and changes nothing', async () => {
    const left: string[] = [];
    const { end, said } = await onFolder(executable('bad-addresses'), (folder) =>
      left.push(...readdirSync(folder)),
    );
    assert.deepEqual({ ...end, usage: undefined }, ended);
    assert.equal(said, 'all is well\n');
    assert.deepEqual(left, []);
  });

  test('has threads that wait for locks and condition variables', async () => {
    const { end } = await onFolder(executable('threads'));
    assert.deepEqual({ ...end, usage: undefined }, ended);
  });

  test('serves other threads while one waits for a descriptor', async (t) => {
    const path = join(makeFolder(t), 'waiting');
    assert.equal(await cc(['--native', resolve('tests/programs/elf/waiting.c'), '-o', path]), 0);
    await using program = launch(path, null, { limits: { wallClock: 60_000 } });
    assert.deepEqual({ ...(await program.exited), usage: undefined }, ended);
  });

  test('puts another executable in its own place', async (t) => {
    const folder = makeFolder(t);
    const path = join(folder, 'executes');
    // A program, but of a kind that cannot take its place.
    writeFileSync(join(folder, 'module'), readFileSync('tests/programs/cloudabi/until.wasm'));
    assert.equal(await cc(['--native', resolve('tests/programs/elf/executes.c'), '-o', path]), 0);
    const output = pipe('write');
    const tree = [
      output,
      file(path, { rights: ['execute'] }),
      file(join(folder, 'module'), { rights: ['read', 'execute'] }),
    ];
    await using program = launch(path, tree);
    assert.equal(
      await textOf(output.stream),
      'no right: 76\nnot open: 8\nno program: 45\nfirst\nsecond, with 2 values\n',
    );
    assert.deepEqual({ ...(await program.exited), usage: undefined }, { ...ended, code: 7 });
  });

  test('has what it is refused reported, with the remedy', async (t) => {
    const path = join(makeFolder(t), 'read-only');
    writeFileSync(path, 'text');
    const refused: unknown[] = [];
    await using program = launch(executable('attempt', { ATTEMPT: 0 }), [file(path)], {
      onRefused: ({ call, remedy }) => refused.push([call, remedy]),
    });
    assert.equal(JSON.stringify(await program.exited).includes(`"code":${Errno.notcapable}`), true);
    assert.deepEqual(refused, [['fd_write', '[0]: add `write` to its rights']]);
    assert.equal(readFileSync(path, 'utf8'), 'text');
  });

  test('ends with its supervisor', async () => {
    const output = pipe('write');
    const program = launch(executable('endless'), [output]);
    const chunks = output.stream[Symbol.asyncIterator]();
    const { value } = await chunks.next();
    assert.equal(String(value), 'running');
    program.kill();
    assert.equal((await program.exited).kind, 'killed');
    // The pipe ends when no process has it any more.
    assert.equal((await chunks.next()).done, true);
  });

  test('has no more threads than its limit', async () => {
    await using program = launch(executable('threads'), null, { limits: { threads: 3 } });
    const end = await program.exited;
    assert.equal(end.kind, 'exited');
    assert.notEqual(end.kind === 'exited' && end.code, 0);
  });

  test('has no more memory than its limit', async () => {
    const path = executable('memory');
    await using free = launch(path, null, {});
    assert.equal(JSON.stringify(await free.exited).includes('"code":0'), true);
    await using limited = launch(path, null, { limits: { memory: 64 * 2 ** 20 } });
    const end = await limited.exited;
    assert.equal(end.kind === 'exited' && end.code, 48);
  });

  for (const seed of [1, 2, 3]) {
    test(`cannot disturb its supervisor by what it hands over (seed ${seed})`, async () => {
      const number = (name: CallName): number => handedCalls.indexOf(name);
      const path = executable('words', {
        SEED: seed,
        NUMBER_PROC_EXIT: number('proc_exit'),
        NUMBER_PROC_RAISE: number('proc_raise'),
        NUMBER_POLL: number('poll'),
      });
      const { end } = await onFolder(path);
      assert.deepEqual({ ...end, usage: undefined }, ended);
    });
  }
});

test('layout.h and guest-layout.ts have the same numbers', async () => {
  const { calls, ...layout } = {
    calls: handedCalls,
    ...(await import('../../../src/gates/elf/guest-layout.ts')),
  };
  assert.ok(calls.length > 0);
  const text = readFileSync('src/gates/elf/guest/layout.h', 'utf8');
  const numbers = new Map(
    [...text.matchAll(/^#define (\w+) (\w+)$/gm)].map(([, name, value]) => [name ?? '', Number(value)]),
  );
  for (const name of [
    'WINDOW_SLOTS',
    'WINDOW_HEAD',
    'SLOT_SIZE',
    'DIRECT_DESCRIPTORS',
    'WINDOW_FILE',
    'RENDEZVOUS',
    'AUX_ENTRIES',
    'IMAGE',
    'DIRECT_MAP',
    'FORK_ASK',
    'FORK_CHILD',
    'FORK_PARENT',
    'FORK_FAILED',
    'LAST_STACK',
    'MOST_STACK',
    'FAULT_STACK',
    'STOPPED',
    'TRAPS',
    'EXECUTES',
  ] as const)
    assert.equal(numbers.get(name), layout[name], name);
});
