import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { executable as commandPath } from '../../frame/cli/commands.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';

/** Runs a shell as root of a user namespace. */
function asRoot(words: string) {
  return spawnSync('unshare', ['-r', 'sh', '-c', words], {
    encoding: 'utf8',
    input: 'output: !fd stdout\n',
  });
}

const none = 'echo 0 > /proc/sys/user/max_user_namespaces';
const reason = noExecutables ?? (asRoot(none).status === 0 ? undefined : 'no user namespaces here');

test('without namespaces an executable starts only if the user accepts that', {
  skip: reason ?? false,
}, () => {
  const path = executable('attempt', { ATTEMPT: 0 });
  const run = (options: string) =>
    asRoot(`${none} && '${process.execPath}' '${commandPath('cloudabi-run')}' ${options} '${path}'`);
  const refused = run('');
  assert.deepEqual([refused.status, refused.stdout], [69, '']);
  assert.match(refused.stderr, /^cloudabi-run: There are no namespaces here: .*\n$/);
  for (const options of ['--accept-missing namespaces', '--walls landlock']) {
    const { status, stdout, stderr } = run(options);
    assert.deepEqual([status, stdout, stderr], [0, 'still here\n', ''], options);
  }
});

/** The row of executables in the findings of doctor, as root of a user namespace. */
function doctor(before: string): { ok: boolean; detail: string } | undefined {
  const { stdout } = asRoot(`${before}; '${process.execPath}' '${commandPath('cloudabi')}' doctor --json`);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; detail: string }[] };
  return checks.find(({ name }) => name === 'executables');
}

test('doctor starts an executable, and says why none starts', { skip: reason ?? false }, () => {
  const found = doctor('true');
  assert.equal(found?.ok, true, found?.detail);
  const refused = doctor(none);
  assert.equal(refused?.ok, false);
  assert.match(refused?.detail ?? '', /^There are no namespaces here: .*user\.max_user_namespaces is 0/);
});

test('a filter around it that refuses namespaces is named in one line', { skip: reason ?? false }, () => {
  const path = executable('attempt', { ATTEMPT: 0 });
  const words = ['exec', '--base', 'system', '--read', process.cwd(), '--read', dirname(path), '--'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [commandPath('cloudabi'), ...words, process.execPath, commandPath('cloudabi-run'), path],
    { encoding: 'utf8', input: 'output: !fd stdout\n' },
  );
  assert.deepEqual([status, stdout], [69, '']);
  assert.match(stderr, /^cloudabi-run: There are no namespaces here: a filter of system calls .*\n$/);
});
