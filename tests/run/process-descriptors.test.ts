import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { command, launch, type Process, pipe, processDescriptor, sharedMemory } from '../../src/index.ts';
import { processDescriptor as aProcess, ProcessDescriptor, program } from '../../src/program/index.ts';
import type { CallerPipe } from '../../src/resources/constructors.ts';
import { run as runHere } from '../../src/run/testing.ts';
import { programWith } from '../frame/program/sources.ts';

/** Says that it runs, waits for the process it was handed, and says how that has ended. */
const waiter = `
  import { processDescriptor, program, writable } from 'cloudabi/program';
  export default program(
    { schema: { other: processDescriptor(), output: writable() } },
    async ({ other, output }) => {
      output.write('waits\\n');
      output.write(JSON.stringify(await other.ended()));
    },
  );`;

/** Returns the report of a confined program about the end of `other`, which `end` brings about. */
async function told(t: TestContext, other: Process, end: () => void): Promise<unknown> {
  const output = pipe('write');
  await using waits = launch(programWith(t, waiter), { other: processDescriptor(other), output });
  output.stream.once('data', end);
  const lines = (await text(output.stream)).split('\n');
  assert.equal((await waits.exited).kind, 'exited');
  return JSON.parse(lines.at(-1) ?? '');
}

/** A program of each kind that ends with 42 when its input does. */
function starters(t: TestContext): Readonly<Record<string, (input: CallerPipe<'read'>) => Process>> {
  const source = `
    import { program, readable } from 'cloudabi/program';
    export default program({ schema: { input: readable() } }, async ({ input }) => {
      for await (const _ of input);
      process.exit(42);
    });`;
  return {
    TypeScript: (input) => launch(programWith(t, source), { input }),
    Linux: (stdin) =>
      launch('/bin/sh', command({ base: 'system', arguments: ['-c', 'read x; exit 42'], stdin })),
  };
}

test('a program in TypeScript waits for the end of programs of other kinds', async (t) => {
  for (const [kind, start] of Object.entries(starters(t))) {
    const input = pipe('read');
    await using other = start(input);
    assert.deepEqual(await told(t, other, () => input.stream.end()), { code: 42 }, kind);
    assert.deepEqual((await other.exited).kind, 'exited');
    assert.throws(
      () => launch(programWith(t, waiter), { other: processDescriptor(other) }),
      /has ended already/,
    );
  }
});

test('and is told the signal that has ended one', async (t) => {
  for (const [kind, start] of Object.entries(starters(t))) {
    const input = pipe('read');
    await using other = start(input);
    assert.deepEqual(await told(t, other, () => other.signal('SIGUSR2')), { signal: 'SIGUSR2' }, kind);
  }
});

test('waiting for a process can be given up, and blocks no close of the descriptor', async (t) => {
  const input = pipe('read');
  await using other = launch(programWith(t, 'export default () => setTimeout(() => 0, 1e6);'), {});
  const waits = program({ schema: { other: aProcess() } }, async ({ other }) => {
    assert.ok(other instanceof ProcessDescriptor);
    await assert.rejects(other.ended({ signal: AbortSignal.timeout(20) }), { name: 'AbortError' });
    const waiting = assert.rejects(other.ended(), { code: 'EBADF', syscall: 'poll' });
    await other.close();
    await waiting;
  });
  await using app = runHere(waits, { other: processDescriptor(other) });
  await app.finished;
  input.stream.destroy();
});

test('shared memory is the same memory wherever it was granted', async (t) => {
  const output = pipe('write');
  const memory = sharedMemory(65536);
  const source = `
    import { program, sharedMemory, writable } from 'cloudabi/program';
    export default program(
      { schema: { a: sharedMemory(), b: sharedMemory(), output: writable() } },
      ({ a, b, output }) => {
        a.bytes.set([1, 2, 3], 65533);
        output.write(JSON.stringify([b.bytes.length, ...b.bytes.subarray(65532)]));
      },
    );`;
  await using _ = launch(programWith(t, source), { a: memory, b: memory, output });
  assert.deepEqual(JSON.parse(await text(output.stream)), [65536, 0, 1, 2, 3]);
});
