// Changes that are kept aside, through the API: several runs of one process share parts of a root, and no changes.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { KeptOverlay } from '../../../src/process/kept-overlay.ts';
import { command, file, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { templatesMade } from '../../../src/run/linux/templates.ts';
import { overlayScene } from '../../frame/cli/overlays.ts';
import { setEnvironment } from '../../frame/programs.ts';

function scene(t: TestContext): string {
  const { directory, kept } = overlayScene(t, { a: '1\n' });
  setEnvironment(t, { XDG_STATE_HOME: join(kept, '../..') });
  return directory;
}

/** Runs a script in an overlay of a directory; returns its output and the changes that are kept. */
async function run(
  directory: string,
  script: string,
  overlay: boolean | string = true,
): Promise<{ readonly output: string; readonly kept: readonly KeptOverlay[] }> {
  const kept: KeptOverlay[] = [];
  const stdout = pipe('write');
  const child = launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', script],
      directories: { '/d': file(directory, { overlay }) },
      workingDirectory: '/d',
      stdout,
    }),
    { onOverlay: (one) => kept.push(one) },
  );
  let output = '';
  for await (const chunk of stdout.stream) output += String(chunk);
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  return { output, kept };
}

test('runs of one process go on with their changes, also in copies of a root', async (t) => {
  const directory = scene(t);
  for (let count = 2; count < 6; count++) {
    const { output, kept } = await run(directory, `cat a; echo ${count} >> a`);
    assert.equal(output, Array.from({ length: count - 1 }, (_, at) => `${at + 1}\n`).join(''));
    assert.deepEqual(
      kept.map((one) => [one.directory, one.counts]),
      [[directory, { created: 0, changed: 1, deleted: 0 }]],
    );
    await templatesMade();
  }
  assert.equal(readFileSync(join(directory, 'a'), 'utf8'), '1\n');
});

test('runs at once with names of their own share no changes', async (t) => {
  const directory = scene(t);
  const names = ['one', 'two', 'three'];
  const outcomes = await Promise.all(
    names.map((name) => run(directory, `echo ${name} > a; echo ${name} > ${name}; cat *`, name)),
  );
  for (const [index, name] of names.entries()) {
    assert.equal(outcomes[index]?.output, `${name}\n${name}\n`);
    assert.deepEqual(outcomes[index]?.kept[0]?.counts, { created: 1, changed: 1, deleted: 0 });
  }
});

test('a run without changes keeps none', async (t) => {
  const directory = scene(t);
  mkdirSync(join(directory, 'e'));
  writeFileSync(join(directory, 'e/b'), '');
  assert.deepEqual((await run(directory, 'touch a; mkdir x; rmdir x; mv e/b e/c; mv e/c e/b')).kept, []);
});
