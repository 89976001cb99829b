// Another file is put at a granted path after it has been checked: the window in which an attacker who may write to the
// directory around it could have the launcher open that file instead.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { planToLaunch } from '../src/plan/plan.ts';
import { command, file, pipe } from '../src/resources/constructors.ts';
import { launchPlan } from '../src/run/launch.ts';
import { openPlan } from '../src/run/open.ts';
import { makeFolder } from '../tests/frame/programs.ts';

const MODULE = 'examples/hello/hello.wasm';

type Scene = { readonly folder: string; readonly granted: string; readonly outside: string };

function makeScene(t: TestContext): Scene {
  const folder = makeFolder(t);
  const [granted, outside] = [join(folder, 'granted'), join(folder, 'outside')];
  for (const directory of [granted, outside]) {
    mkdirSync(directory);
    writeFileSync(join(directory, 'file'), directory === granted ? 'granted' : 'secret');
  }
  return { folder, granted, outside };
}

/** Puts a link to something outside in the place of a checked file. */
function exchange(path: string, outside: string): void {
  renameSync(path, `${path}-moved`);
  symlinkSync(outside, path);
}

test('a directory that is exchanged for a link is not mounted: the program writes where the check looked', async (t) => {
  const { granted, outside } = makeScene(t);
  const directory = file(granted, { rights: ['read', 'write', 'create', 'remove', 'execute'] });
  const planned = planToLaunch(
    '/bin/sh',
    command({ base: 'system', arguments: ['-c', 'echo x > /w/new'], directories: { '/w': directory } }),
  );
  exchange(granted, outside);
  assert.equal((await launchPlan(planned).exited).kind, 'exited');
  assert.deepEqual(readdirSync(outside), ['file']);
  // The twin: what was granted is written.
  assert.deepEqual(readdirSync(`${granted}-moved`).sort(), ['file', 'new']);
});

test('a file that stands in for masked ones, and is exchanged for a link, is not read where the link leads', async (t) => {
  const { folder, granted, outside } = makeScene(t);
  const [shown, masked] = [join(granted, 'file'), join(folder, 'masked')];
  mkdirSync(masked);
  writeFileSync(join(masked, 'own'), 'own');
  const stdout = pipe('write');
  const planned = planToLaunch(
    '/bin/cat',
    command({
      base: 'system',
      arguments: ['/w/own'],
      directories: { '/w': file(masked) },
      rules: [`mask /w/own with ${shown}`],
      stdout,
    }),
  );
  exchange(shown, join(outside, 'file'));
  const [printed] = await Promise.all([text(stdout.stream), launchPlan(planned).exited]);
  // The twin: what was looked up is shown.
  assert.equal(printed, 'granted');
});

test('a directory that is exchanged for a link is not opened for a module', (t) => {
  for (const rights of [['read'], ['read', 'write', 'create', 'remove']] as const) {
    const { granted, outside } = makeScene(t);
    writeFileSync(join(granted, 'inner'), '');
    const planned = planToLaunch(MODULE, [file(granted, { rights: [...rights] })]);
    exchange(granted, outside);
    const opened = openPlan(planned);
    const [{ host } = { host: -1 }] = opened.descriptors;
    assert.deepEqual(readdirSync(`/proc/self/fd/${host}`).sort(), ['file', 'inner']);
    opened.close();
  }
});

for (const rights of [['read'], ['write'], ['read', 'write']] as const)
  test(`a file that is exchanged for a link is not opened to ${rights.join(' and ')}`, (t) => {
    const { granted, outside } = makeScene(t);
    const path = join(granted, 'file');
    const planned = planToLaunch(MODULE, [file(path, { rights: [...rights] })]);
    exchange(path, join(outside, 'file'));
    const opened = openPlan(planned);
    const [{ host } = { host: -1 }] = opened.descriptors;
    const contents = readFileSync(`/proc/self/fd/${host}`, 'utf8');
    opened.close();
    assert.equal(contents, 'granted');
  });

for (const preset of ['write', 'append'] as const)
  test(`a file that may be made with '${preset}', and is exchanged for a link, is found out`, (t) => {
    const { granted, outside } = makeScene(t);
    const path = join(granted, 'file');
    const grant = file(path, { rights: [preset, 'create'] });
    const planned = planToLaunch(MODULE, [grant]);
    exchange(path, join(outside, 'file'));
    assert.throws(() => openPlan(planned), {
      message: /was replaced by another file after it had been checked/,
    });
    assert.equal(readFileSync(join(outside, 'file'), 'utf8'), 'secret');

    // The twin: without an exchange, a file that is there is opened, and a missing one is made, also twice.
    openPlan(planToLaunch(MODULE, [file(`${path}-moved`, { rights: [preset, 'create'] })])).close();
    const fresh = join(granted, 'fresh');
    const both = [file(fresh, { rights: [preset, 'create'] }), file(fresh, { rights: [preset, 'create'] })];
    openPlan(planToLaunch(MODULE, both)).close();
    assert.equal(readFileSync(fresh, 'utf8'), '');
  });
