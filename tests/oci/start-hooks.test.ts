// Hooks of startContainer run in the container, behind its walls, between `start` and the program.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { noContainers, TestBundle } from '../frame/oci/bundle.ts';

const skip = noContainers;

type TestHook = {
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly timeout?: number;
};

function shell(script: string, more: Partial<TestHook> = {}): TestHook {
  return { path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/usr/bin:/bin'], ...more };
}

function configure(bundle: TestBundle, hooks: readonly TestHook[], program = 'cat /tmp/*'): void {
  const process = { user: { uid: 12, gid: 34 } };
  bundle.configure(['sh', '-c', program], { process, hooks: { startContainer: hooks } });
}

function outputOf(bundle: TestBundle): string {
  return readFileSync(join(bundle.directory, 'output'), 'utf8');
}

test('hooks run in the container, in their order, before its program', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  configure(bundle, [
    shell('cat > /tmp/1; echo >> /tmp/1; id -u >> /tmp/1; echo $NAME $$ >> /tmp/1', {
      env: ['PATH=/usr/bin:/bin', 'NAME=first'],
      timeout: 100,
    }),
    shell('cat > /tmp/2; echo >> /tmp/2; ls /proc/self/fd >> /tmp/2; cat /tmp/1 >&2'),
    shell('ls /host > /tmp/3 2>/dev/null; chown 0 /tmp/1 2>> /tmp/3; :'),
  ]);
  const output = await bundle.output();
  const state = `{"ociVersion":"1.0.2","id":"${bundle.id}","status":"created","pid":1,"bundle":"${bundle.directory}","annotations":{}}`;
  const lines = output.split('\n');
  // The second prints to the container's standard error.
  assert.deepEqual(lines.slice(0, 2), [state, '12'], output);
  assert.match(lines[2] ?? '', /^first \d+$/);
  assert.deepEqual(lines.slice(3, 5), [state, '12'], output);
  // ls itself opens the folder; nothing else is inherited.
  assert.deepEqual(lines.slice(6, 11), [state, '0', '1', '2', '3'], output);
  assert.match(lines[11] ?? '', /chown: .*not permitted/);
});

test('a hook that fails, takes too long or is not there ends the container', { skip }, (context) => {
  const bundle = new TestBundle(context);
  const failsWith = (hooks: readonly TestHook[], words: RegExp): void => {
    configure(bundle, hooks, 'echo the program');
    assert.equal(bundle.create().status, 0);
    const { status, stderr } = bundle.run('start', bundle.id);
    assert.equal(status, 1);
    assert.match(stderr, words);
    assert.match(bundle.lastError, words);
    assert.equal(bundle.status, 'stopped');
    assert.equal(bundle.run('delete', bundle.id).status, 0);
    assert.equal(outputOf(bundle), '');
  };
  failsWith([shell('exit 3')], /startContainer hook \/bin\/sh failed/);
  failsWith([shell(':'), { path: '/nosuch' }], /startContainer hook \/nosuch failed, or cannot be started/);
  failsWith([shell('sleep 1000', { timeout: 1 })], /startContainer hook \/bin\/sh took longer than 1 s/);
  failsWith([shell('kill -9 $$')], /startContainer hook \/bin\/sh failed/);
});

test('a container that is removed while a hook runs leaves nothing', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  configure(bundle, [shell('echo runs >&2; sleep 1000')]);
  assert.equal(bundle.create().status, 0);
  const words = ['--root', join(bundle.directory, 'states'), 'start', bundle.id];
  const start = spawn(bundle.runtime, words, { stdio: 'ignore' });
  const ended = once(start, 'exit');
  for (let turn = 0; turn < 100_000 && outputOf(bundle) === ''; turn++) spawnSync('true');
  assert.equal(outputOf(bundle), 'runs\n');
  assert.equal(bundle.run('delete', '--force', bundle.id).status, 0);
  assert.deepEqual(await ended, [1, null]);
  assert.equal(existsSync(join(bundle.directory, 'states', bundle.id)), false);
});

test('no hook runs beside the launcher', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['/app.wasm'], { hooks: { startContainer: [shell(':')] } });
  const { status, stderr } = bundle.create();
  assert.equal(status, 1);
  assert.match(stderr, /hooks\.startContainer is not given in a container that the launcher runs/);
});
