import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { asUser, NOBODY } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';

const user = asUser(NOBODY);
const isRoot = process.getuid?.() === 0;
const skip = isRoot && 'missing' in user && user.missing;

/** Runs a command of an ordinary user. */
function exec(...options: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const own = [process.execPath, executable('cloudabi'), 'exec', '--base', 'system', ...options];
  const [program = '', ...words] = 'words' in user ? [...user.words, ...own] : own;
  return spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, HOME: '/tmp' } });
}

test('a program finds the user that is shown for itself, its files and what it makes', { skip }, (t) => {
  const folder = makeFolder(t);
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const owner = statSync(folder).uid;
  const script = `id -u; id -g; id -un; cd ${folder}; echo x > new; stat -c '%u:%g' . new; chown 1234:55 new; echo $?; chown 5 new`;
  for (const more of [[], ['--hide', '**/.env']]) {
    const { stdout, stderr } = exec(
      '--show-user',
      '1234:55',
      '--write',
      folder,
      ...more,
      '--',
      'sh',
      '-c',
      script,
    );
    assert.equal(stdout, '1234\n55\nuser\n1234:55\n1234:55\n0\n', stderr);
    assert.match(stderr, /chown: .*Invalid argument/);
    assert.equal(statSync(join(folder, 'new')).uid, owner);
  }
});

test('it has no powers of that user, and root is none that can be shown', { skip }, () => {
  const caps = exec('--show-user', '1234', '--', 'grep', 'CapEff', '/proc/self/status');
  assert.match(caps.stdout, /0{16}/);
  const wrong = (text: string): string => exec('--show-user', text, '--', 'true').stderr;
  assert.match(wrong('0'), /programs take root for a user with all powers/);
  assert.match(wrong('bin'), /as numbers/);
  assert.match(wrong('4294967295'), /an id is a number up to/);
});

test('root shows no other user', { skip: !isRoot && 'only root is root' }, () => {
  const own = [executable('cloudabi'), 'exec', '--base', 'system', '--show-user', '5', '--', 'true'];
  const { stderr } = spawnSync(process.execPath, own, { encoding: 'utf8' });
  assert.match(stderr, /root gives a program another user: use '--user'/);
});
