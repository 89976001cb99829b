import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cloudabi = fileURLToPath(new URL('../../../../dist/bin/cloudabi.js', import.meta.url));
const without = fileURLToPath(new URL('../../frame/run/linux/without-namespaces.js', import.meta.url));
const inside = ['--user', '--map-root-user', process.execPath, without, process.execPath, cloudabi];

/** Runs cloudabi on a host without user namespaces; `undefined` where there can be no such host. */
function run(...args: string[]): { status: number | null; stdout: string; stderr: string } | undefined {
  if (spawnSync('unshare', ['--user', '--map-root-user', 'setpriv', '--version']).status !== 0)
    return undefined;
  return spawnSync('unshare', [...inside, ...args], { encoding: 'utf8', timeout: 300_000 });
}

test('a host that forbids namespaces runs no Linux program, and says what would', (context) => {
  const refused = run('exec', '--', '/bin/true');
  if (refused === undefined) return context.skip('no unshare and setpriv here');
  assert.equal(refused.status, 69, refused.stderr);
  assert.match(refused.stderr, /no namespaces here: .*user\.max_user_namespaces.*--walls landlock/);
});

test('accepting that, it runs between the walls that are left', (context) => {
  const accepted = run(
    'exec',
    '--accept-missing',
    'namespaces',
    '--base',
    'system',
    '--',
    'sh',
    '-c',
    'cat /etc/passwd || exit 5',
  );
  if (accepted === undefined) return context.skip('no unshare and setpriv here');
  assert.equal(accepted.status, 5, accepted.stderr);
  assert.match(accepted.stderr, /Permission denied/);
});

test('accepting it where nothing is missing changes nothing', () => {
  const args = [cloudabi, 'exec', '--accept-missing', 'namespaces', '--base', 'system', '--', 'ls', '/'];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout, /^(root|home|boot)$/m);
});

test('doctor finds out', (context) => {
  const found = run('doctor', '--json');
  if (found === undefined) return context.skip('no unshare and setpriv here');
  assert.equal(found.status, 69, found.stderr);
  const { checks } = JSON.parse(found.stdout) as { checks: { name: string; ok: boolean; detail: string }[] };
  const of = (name: string): boolean | undefined => checks.find((check) => check.name === name)?.ok;
  assert.equal(of('namespaces'), false);
  assert.equal(of('scopes'), true);
});

test('the list of system calls can be printed, for people and as JSON', () => {
  const list = (...more: string[]): string =>
    spawnSync(process.execPath, [cloudabi, 'exec', '--explain-calls', ...more, '--', '/bin/true'], {
      encoding: 'utf8',
    }).stdout;
  assert.match(list(), /^ +\d+ {2}pivot_root\("\.", "\."\) {2}# enter the root$/m);
  const steps = JSON.parse(list('--json')) as { call: string; words: string }[];
  assert.equal(steps.filter(({ call }) => call === 'landlock_restrict_self').length, 1);
  assert.ok(
    steps.findIndex(({ call }) => call === 'seccomp') < steps.findIndex(({ call }) => call === 'execve'),
  );
});

test('a program that can have no /proc of its own says so, and runs without', (context) => {
  const script =
    'mount -t proc proc /proc && mount -t tmpfs none /proc/sys && exec unshare --user --map-user=1000 --map-group=1000 ' +
    'setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"';
  const container = ['--user', '--map-root-user', '--mount', '--pid', '--fork', 'sh', '-c', script, 'sh'];
  const exec = (...args: string[]): { status: number | null; stderr: string } =>
    spawnSync('unshare', [...container, process.execPath, cloudabi, 'exec', '--base', 'system', ...args], {
      encoding: 'utf8',
      timeout: 300_000,
    });
  if (spawnSync('unshare', [...container, 'true']).status !== 0)
    return context.skip('no such container here');
  const refused = exec('--', 'true');
  assert.equal(refused.status, 69, refused.stderr);
  assert.match(refused.stderr, /Mount processes at \/proc: .*--no-proc/);
  const accepted = exec('--no-proc', '--', 'true');
  assert.equal(accepted.status, 0, accepted.stderr);
});
