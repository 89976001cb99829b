import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds } from '../frame/faults/journals.ts';
import { keepOrphans, nobodyLeft } from '../frame/faults/parts.ts';
import { makeFolder } from '../frame/programs.ts';

keepOrphans();

type Line = {
  readonly room: string;
  readonly ended: string;
  readonly descriptors: number;
  readonly children: number;
};

/** Launches programs with so much room each time; how it went, and how the launcher itself ended. */
async function launches(
  t: TestContext,
  kind: Kind,
  what: string,
  rooms: readonly number[],
): Promise<{ lines: readonly Line[]; status: number | null; signal: string | null; errors: string }> {
  const room = makeFolder(t);
  const [folder, temporary] = [join(room, 'logs'), join(room, 'tmp')];
  for (const each of [folder, temporary]) mkdirSync(each);
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('../frame/faults/few.js', import.meta.url)),
      kind,
      folder,
      what,
      ...rooms.map(String),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: temporary } },
  );
  t.after(() => child.kill('SIGKILL'));
  const [out, errors, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  await nobodyLeft();
  assert.deepEqual(readdirSync(temporary), []);
  const lines = out.split('\n').filter((line) => line.startsWith('{'));
  return { lines: lines.map((line): Line => JSON.parse(line)), status, signal, errors };
}

for (const kind of kinds) {
  test(`a launcher without descriptors to spare starts a ${kind} program or says why not, and loses none`, async (t) => {
    // Each number, since each fails at another step.
    const rooms = [...Array.from({ length: 61 }, (_, index) => index), 200];
    const { lines, status, errors } = await launches(t, kind, 'descriptors', rooms);
    assert.equal(status, 0, errors);
    assert.deepEqual(
      lines.filter(({ ended, descriptors, children }) => {
        return (
          ended.startsWith('unexplained') || /^error (?![a-z_]+$)/.test(ended) || descriptors + children > 0
        );
      }),
      [],
    );
    assert.equal(lines.at(-1)?.ended, 'killed');
    assert.notEqual(lines[0]?.ended, 'killed');
  });

  test(`a launcher without memory leaves nothing of ${kind} programs, even if it ends itself`, async (t) => {
    const { lines, status, signal, errors } = await launches(t, kind, 'memory', [
      2 ** 26,
      2 ** 22,
      2 ** 16,
      0,
    ]);
    // V8 aborts, or traps, where it cannot go on.
    const aborted = signal !== null || status === 133 || status === 134;
    if (!aborted) assert.equal(status, 0, errors);
    assert.deepEqual(
      lines.filter(({ descriptors, children }) => descriptors + children > 0),
      [],
    );
  });
}
