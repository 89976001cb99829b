import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StartRequest } from '../../../src/services/program/check-request.ts';
import type { CommandLimits } from '../../../src/services/program/limits.ts';
import type { ProgramEnd } from '../../../src/services/program/process-end.ts';
import { type ClientProgram, ProgramCounts, ProgramStarter } from '../../../src/services/program/starter.ts';

function setUp(command: CommandLimits = {}): {
  readonly one: ProgramStarter;
  readonly other: ProgramStarter;
  readonly killed: number[];
  /** Starts a program for a channel. */
  readonly start: (starter: ProgramStarter, change?: Partial<StartRequest>) => Promise<number>;
  readonly end: (index: number) => Promise<void>;
} {
  const ends: ((end: ProgramEnd) => void)[] = [];
  const killed: number[] = [];
  const counts = new ProgramCounts();
  const make = async (): Promise<ClientProgram> => {
    const index = ends.length;
    const ended = new Promise<ProgramEnd>((resolve) => ends.push(resolve));
    return { descriptor: 3, ended, kill: () => killed.push(index), signal: () => true };
  };
  return {
    one: new ProgramStarter(counts),
    other: new ProgramStarter(counts),
    killed,
    start: (starter, change) => starter.start({ ...request, ...change }, new Map([['gh', command]]), make),
    end: async (index) => {
      ends[index]?.({ kind: 'exited', code: 0 });
      await new Promise(setImmediate);
    },
  };
}

const request: StartRequest = {
  name: 'gh',
  arguments: [],
  environment: new Map(),
  streams: [],
  keep: 'channel',
};

test('a clone of a channel gives no more starts', async () => {
  const { one, other, start, end } = setUp({ starts: 2, at_once: 1 });
  await start(one);
  await assert.rejects(start(other), /runs 1 times at once/);
  await end(0);
  await start(other);
  await end(1);
  await assert.rejects(start(one), /was started 2 times/);
});

test('a program belongs to the channel that has started it', async () => {
  const { one, other, start, end } = setUp();
  const id = await start(one);
  assert.equal(other.signal(id, 'SIGKILL'), false);
  assert.equal(await other.wait(id), undefined);
  assert.equal(other.descriptorOf(id), undefined);
  assert.equal(one.signal(id, 'SIGKILL'), true);
  assert.equal(one.signal(id, 'SIGSEGV'), false);
  await end(0);
  assert.deepEqual(await one.wait(id), { kind: 'exited', code: 0 });
  assert.equal(one.signal(id, 'SIGKILL'), false);
});

test('programs end with the channel of their client', async () => {
  const { one, other, start, killed, end } = setUp({ at_once: 5 });
  await start(one);
  await start(one);
  await start(other);
  await end(0);
  one.close();
  assert.deepEqual(killed, [1]);
  // One that was being started meanwhile ends, too.
  await start(one);
  assert.deepEqual(killed, [1, 3]);
});

test('a program that is not granted is not started', async () => {
  const { one, start } = setUp();
  for (const name of ['sh', '__proto__', ''])
    await assert.rejects(start(one, { name }), { code: 'ENOTCAPABLE' });
  await assert.rejects(start(one, { arguments: ['x'] }), /no place for argument 1/);
});
