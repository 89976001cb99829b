import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { IMAGE, noPodman, TestPodman } from '../frame/oci/podman.ts';

const skip = noPodman;
const alone = ['--network', 'none'];

test('podman runs, executes, stops and removes containers by our runtime', { skip }, (context) => {
  const podman = new TestPodman(context);
  const ok = (...argv: readonly string[]): string => {
    const { status, stdout, stderr } = podman.run(...argv);
    assert.equal(status, 0, `${argv.join(' ')}: ${stderr}`);
    return stdout;
  };
  assert.equal(ok('run', '--rm', ...alone, IMAGE, 'echo', 'hello'), 'hello\n');
  assert.equal(podman.run('run', '--rm', ...alone, IMAGE, 'sh', '-c', 'exit 3').status, 3);
  assert.equal(podman.run('run', '--rm', ...alone, IMAGE, 'nosuch').status, 127);
  assert.equal(podman.run('run', '--rm', ...alone, IMAGE, '/etc').status, 126);
  const loop = 'trap "echo bye; exit 5" TERM; echo started; while :; do sleep 0.1; done';
  ok('run', '-d', '--name', 'd', ...alone, '--health-cmd', 'ls /bin', IMAGE, 'sh', '-c', loop);
  assert.equal(ok('exec', 'd', 'cat', '/proc/1/comm'), 'sh\n');
  assert.equal(podman.run('exec', 'd', 'sh', '-c', 'exit 9').status, 9);
  assert.equal(podman.run('exec', 'd', 'nosuch').status, 127);
  ok('healthcheck', 'run', 'd');
  ok('pause', 'd');
  assert.match(ok('ps', '--all', '--format', '{{.Status}}'), /Paused/);
  ok('unpause', 'd');
  assert.match(ok('top', 'd', 'pid', 'comm'), /1 +sh/);
  ok('stop', '--time', '60', 'd');
  assert.equal(ok('logs', 'd'), 'started\nbye\n');
  assert.equal(ok('inspect', 'd', '--format', '{{.State.ExitCode}}').trim(), '5');
  ok('rm', 'd');
  assert.deepEqual(podman.leftovers, []);
});

test('a container has a terminal where one is asked for', { skip }, (context) => {
  const podman = new TestPodman(context);
  const first = podman.runInTerminal(
    'run',
    '--rm',
    '-t',
    ...alone,
    IMAGE,
    'sh',
    '-c',
    'tty; tty > /dev/console; echo > /dev/null && echo ok',
  );
  assert.match(first.stdout, /\/dev\/pts\/0\r\n\/dev\/pts\/0\r\nok\r\n/, first.stderr);
  podman.run('run', '-d', '--name', 'd', ...alone, IMAGE, 'sleep', '100');
  assert.match(podman.runInTerminal('exec', '-t', 'd', 'tty').stdout, /\/dev\/pts\/0\r\n/);
  assert.equal(podman.run('exec', 'd', 'tty').stdout, 'not a tty\n');
});

test('a process that needs more memory than its limit is killed', { skip }, (context) => {
  const podman = new TestPodman(context);
  const eat = 'a=xxxxxxxxxxxxxxxx; while :; do a=$a$a; done';
  assert.equal(podman.run('run', '--rm', ...alone, '--memory', '16m', IMAGE, 'sh', '-c', eat).status, 137);
});

test('podman publishes a port, and plays a pod of Kubernetes', { skip }, (context) => {
  const podman = new TestPodman(context);
  const serve = 'httpd -f -p 8080 -h /bin';
  podman.run('run', '-d', '-p', '18080:8080', IMAGE, 'sh', '-c', serve);
  const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: pod }
spec:
  containers:
  - { name: web, image: ${IMAGE}, command: [/bin/sh, -c, '${serve}'], ports: [{ containerPort: 8080, hostPort: 18081 }] }
`;
  const path = join(podman.directory, 'pod.yaml');
  writeFileSync(path, manifest);
  const played = podman.run('kube', 'play', path);
  assert.equal(played.status, 0, played.stderr);
  const [nsenter = '', ...inside] = podman.inside;
  for (const port of [18080, 18081]) {
    const get = `until busybox wget -q -O /dev/null http://127.0.0.1:${port}/ls; do sleep 0.1; done; echo got`;
    const { stdout } = spawnSync(nsenter, [...inside, 'timeout', '300', 'sh', '-c', get], {
      encoding: 'utf8',
    });
    assert.equal(stdout, 'got\n', String(port));
  }
  assert.equal(podman.run('pod', 'rm', '--force', '--time', '0', 'pod').status, 0);
});
