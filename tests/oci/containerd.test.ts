import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CTR_IMAGE, noContainerd, TestContainerd } from '../frame/oci/containerd.ts';

test('containerd runs, executes, pauses and kills containers by our runtime', {
  skip: noContainerd,
}, (context) => {
  const containerd = new TestContainerd(context);
  const { ours } = containerd;
  const ok = (...argv: readonly string[]): string => {
    const { status, stdout, stderr } = containerd.ctr(...argv);
    assert.equal(status, 0, `${argv.join(' ')}: ${stderr}`);
    return stdout;
  };
  assert.equal(ok('run', '--rm', ...ours, CTR_IMAGE, 'a', 'echo', 'hello'), 'hello\n');
  assert.equal(containerd.ctr('run', '--rm', ...ours, CTR_IMAGE, 'b', 'sh', '-c', 'exit 4').status, 4);
  const missing = containerd.ctr('run', '--rm', ...ours, CTR_IMAGE, 'c', 'nosuch');
  assert.match(missing.stderr, /executable file not found in \$PATH/);
  ok('run', '--detach', ...ours, CTR_IMAGE, 'd', 'sleep', '1000');
  assert.equal(ok('tasks', 'exec', '--exec-id', 'e1', 'd', 'cat', '/proc/1/comm'), 'sleep\n');
  assert.equal(containerd.ctr('tasks', 'exec', '--exec-id', 'e2', 'd', 'sh', '-c', 'exit 6').status, 6);
  ok('tasks', 'pause', 'd');
  assert.match(ok('tasks', 'ls'), /d +\d+ +PAUSED/);
  ok('tasks', 'resume', 'd');
  assert.match(ok('tasks', 'ls'), /d +\d+ +RUNNING/);
  assert.match(ok('tasks', 'ps', 'd'), /\d/);
  ok('tasks', 'kill', '--signal', 'SIGKILL', 'd');
  ok('tasks', 'delete', '--force', 'd');
  ok('containers', 'delete', 'd');
});
