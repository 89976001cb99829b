import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { GROUPS, noContainers, TestBundle } from '../frame/oci/bundle.ts';

const skip = noContainers;

test('a container waits for start, runs, ends and leaves nothing behind', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sh', '-c', 'echo "$$ is first"; read line; echo "$line"'], {
    annotations: { 'a.b': 'c' },
  });
  assert.equal(bundle.create().status, 0);
  const created = JSON.parse(bundle.run('state', bundle.id).stdout);
  assert.equal(created.status, 'created');
  assert.equal(created.pid, bundle.pid);
  assert.deepEqual(created.annotations, { 'a.b': 'c' });
  assert.equal(readFileSync(join(bundle.directory, 'output'), 'utf8'), '');
  assert.equal(bundle.run('start', bundle.id).status, 0);
  await bundle.ended();
  assert.equal(bundle.status, 'stopped');
  assert.equal(readFileSync(join(bundle.directory, 'output'), 'utf8'), '1 is first\n\n');
  assert.equal(bundle.run('delete', bundle.id).status, 0);
  assert.deepEqual(readdirSync(join(bundle.directory, 'states')), []);
  for (const group of groupsOf(bundle.id)) assert.ok(!existsSync(group), group);
  assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(bundle.directory));
});

test('the settings of an engine for Node reach no command', { skip }, (context) => {
  const bundle = new TestBundle(context);
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: '--no-such-option', NODE_EXTRA_CA_CERTS: '/nosuch' };
  const { status, stderr } = spawnSync(bundle.runtime, ['features'], { env, encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});

test('containers are known beneath a relative path, too', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '100']);
  const run = (...words: readonly string[]): number | null =>
    spawnSync(bundle.runtime, ['--root', 'states', ...words], { cwd: bundle.directory, stdio: 'ignore' })
      .status;
  assert.equal(run('create', '--bundle', '.', bundle.id), 0);
  assert.equal(run('start', bundle.id), 0);
  assert.equal(bundle.status, 'running');
});

test('errors have the words that engines look for', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '100']);
  const error = (...argv: readonly string[]): string => {
    const ran = bundle.run(...argv);
    assert.equal(ran.status, 1, argv.join(' '));
    assert.match(ran.stderr, new RegExp(bundle.lastError.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    return bundle.lastError;
  };
  assert.match(error('state', bundle.id), /does not exist/);
  assert.match(error('kill', bundle.id, '15'), /does not exist/);
  assert.match(error('delete', bundle.id), /does not exist/);
  assert.equal(bundle.run('delete', '--force', bundle.id).status, 0);
  assert.match(error('exec', bundle.id, 'true'), /does not exist/);
  assert.equal(bundle.create().status, 0);
  assert.match(error('create', '--bundle', bundle.directory, bundle.id), /already exists/);
  assert.equal(bundle.run('start', bundle.id).status, 0);
  assert.match(error('start', bundle.id), /already running/);
  assert.match(error('delete', bundle.id), /cannot delete container .* that is not stopped: running/);
  assert.match(error('kill', bundle.id, 'NOSUCH'), /unknown signal/);
  assert.match(error('exec', bundle.id, 'nosuch'), /executable file not found in \$PATH/);
  assert.match(error('exec', bundle.id, '/nosuch'), /no such file or directory/);
  assert.match(error('exec', bundle.id, '/tmp'), /permission denied/);
  assert.equal(bundle.run('kill', bundle.id, 'KILL').status, 0);
  while (bundle.status !== 'stopped');
  assert.match(error('kill', bundle.id, '15'), /container not running/);
  assert.equal(bundle.run('kill', '--all', bundle.id, '9').status, 0);
  assert.match(error('exec', bundle.id, 'true'), /cannot exec in a stopped container/);
  assert.match(error('checkpoint', bundle.id), /checkpoint is not supported/);
  assert.match(error('state', '../x'), /id of a container/);
});

test('a program that cannot be started is refused by create, and nothing is left', { skip }, (context) => {
  const bundle = new TestBundle(context);
  for (const [program, words] of [
    ['nosuch', /executable file not found in \$PATH/],
    ['/tmp/nosuch', /no such file or directory/],
    ['/tmp', /permission denied/],
  ] as const) {
    bundle.configure([program]);
    const { status, stderr } = bundle.create();
    assert.equal(status, 1);
    assert.match(stderr, words);
    assert.deepEqual(readdirSync(join(bundle.directory, 'states')), []);
    for (const group of groupsOf(bundle.id)) assert.ok(!existsSync(group), group);
  }
});

test('exec runs in the container and tells the end of its process', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '100'], { hostname: 'inside' });
  assert.equal(bundle.create().status, 0);
  assert.equal(bundle.run('start', bundle.id).status, 0);
  const names = bundle.run(
    'exec',
    '--cwd',
    '/tmp',
    '-e',
    'A=b',
    bundle.id,
    'sh',
    '-c',
    'hostname; pwd; echo $A',
  );
  assert.equal(names.stdout, 'inside\n/tmp\nb\n');
  assert.equal(bundle.run('exec', bundle.id, 'sh', '-c', 'exit 7').status, 7);
  assert.equal(bundle.run('exec', bundle.id, 'sh', '-c', 'kill -9 $$').status, 137);
  const user = bundle.run('exec', '--user', '12:34', bundle.id, 'id', '-u');
  assert.equal(user.stdout, '12\n');
  // It can signal the first process, as hooks of Kubernetes do.
  assert.equal(bundle.run('exec', bundle.id, 'kill', '-0', '1').status, 0);
});

test('pause stops a container and resume lets it go on', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '100']);
  bundle.create();
  bundle.run('start', bundle.id);
  assert.equal(bundle.run('pause', bundle.id).status, 0);
  assert.equal(bundle.status, 'paused');
  assert.match(bundle.run('exec', bundle.id, 'true').stderr, /paused/);
  assert.equal(bundle.run('resume', bundle.id).status, 0);
  assert.equal(bundle.status, 'running');
  bundle.run('pause', bundle.id);
  assert.equal(bundle.run('delete', '--force', bundle.id).status, 0);
});

test('limits are set, changed and measured', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['sleep', '100'], {
    linux: {
      namespaces: ['pid', 'mount'].map((type) => ({ type })),
      cgroupsPath: `/${GROUPS}/${bundle.id}`,
      resources: { memory: { limit: 64 * 2 ** 20 }, pids: { limit: 33 } },
    },
  });
  bundle.create();
  bundle.run('start', bundle.id);
  const stats = (): { memory: { usage: { limit: number } }; pids: { current: number; limit: number } } =>
    JSON.parse(bundle.run('events', '--stats', bundle.id).stdout).data;
  assert.equal(stats().memory.usage.limit, 64 * 2 ** 20);
  assert.equal(stats().pids.limit, 33);
  assert.equal(stats().pids.current, 1);
  assert.equal(bundle.run('update', '--memory', String(32 * 2 ** 20), bundle.id).status, 0);
  assert.equal(stats().memory.usage.limit, 32 * 2 ** 20);
  assert.deepEqual(JSON.parse(bundle.run('ps', '--format', 'json', bundle.id).stdout), [bundle.pid]);
});

test('hooks run at their points and get the state', { skip }, async (context) => {
  const bundle = new TestBundle(context);
  const to = join(bundle.directory, 'told');
  const hook = (point: string) => ({
    path: '/bin/sh',
    args: ['sh', '-c', `{ echo ${point}; cat; echo; } >> ${to}`],
  });
  const points = ['prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop'];
  bundle.configure(['true'], { hooks: Object.fromEntries(points.map((point) => [point, [hook(point)]])) });
  await bundle.output();
  assert.equal(bundle.run('delete', bundle.id).status, 0);
  const lines = readFileSync(to, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines.filter((_, index) => index % 2 === 0),
    points,
  );
  for (const line of lines.filter((_, index) => index % 2 === 1))
    assert.equal(JSON.parse(line).id, bundle.id);
});

test('a hook that fails keeps the container from being made', { skip }, (context) => {
  const bundle = new TestBundle(context);
  bundle.configure(['true'], { hooks: { prestart: [{ path: '/bin/false' }] } });
  const { status, stderr } = bundle.create();
  assert.equal(status, 1);
  assert.match(stderr, /prestart hook \/bin\/false failed: status 1/);
  assert.deepEqual(readdirSync(join(bundle.directory, 'states')), []);
});

/** The directories that the groups of a container have on hosts of either version. */
function groupsOf(id: string): readonly string[] {
  const roots = ['/sys/fs/cgroup', ...readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}`)];
  return roots.map((root) => join(root, GROUPS, id));
}
