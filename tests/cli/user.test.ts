import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, executable, type Outcome } from '../frame/cli/commands.ts';
import { asUser, NOBODY } from '../frame/other-user.ts';
import { firstChildOf, isAlive, makeFolder, until } from '../frame/programs.ts';

const exec = (...args: string[]): Outcome => command('cloudabi', ['exec', '--base', 'system', ...args]);
const skip = process.getuid?.() !== 0 && 'only root gives a program another user';

test('a program of another user has its ids, no further group and no capability', { skip }, () => {
  const script = 'id -u; id -g; id -G; grep -E "^(Cap(Prm|Eff|Bnd)|NoNewPrivs)" /proc/self/status';
  const { status, stdout, stderr } = exec('--user', '1234:55', '--', 'sh', '-c', script);
  assert.equal(status, 0, stderr);
  const none = '0000000000000000';
  assert.deepEqual(stdout.split(/\s+/).slice(0, 3), ['1234', '55', '55']);
  assert.equal(stdout.match(new RegExp(none, 'g'))?.length, 3);
  assert.match(stdout, /NoNewPrivs:\s1/);
  assert.match(exec('--user', 'nobody', '--', 'id', '-un').stdout, /^nobody$/m);
});

test('it writes to what is granted as that user, and owns what it makes; files of root it cannot change', {
  skip,
}, (t) => {
  const folder = makeFolder(t);
  const own = join(folder, 'own');
  mkdirSync(own);
  chownSync(own, 1234, 55);
  writeFileSync(join(own, 'of-root'), 'root\n', { mode: 0o644 });
  const script = 'echo x > made; echo y > of-root; cat of-root; touch "$HOME/note" && stat -c %u "$HOME"';
  const options = ['--user', '1234:55', '--home', '--write', own, '--chdir', own];
  const { stdout } = exec(...options, '--', 'sh', '-c', script);
  assert.equal(stdout, 'root\n1234\n');
  assert.equal(statSync(join(own, 'made')).uid, 1234);
  assert.equal(readFileSync(join(own, 'of-root'), 'utf8'), 'root\n');
  const warned = exec(...options, '--write', folder, '--explain', '--', 'true').stdout;
  assert.match(warned, /It becomes user 1234 of group 55, and of no other group\./);
  assert.match(warned, /belongs to user 0: it becomes user 1234/);
});

test('rules about files hold for it, too', { skip }, (t) => {
  const folder = makeFolder(t);
  chownSync(folder, 1234, 55);
  writeFileSync(join(folder, '.env'), 'secret\n');
  const options = ['--user', '1234:55', '--write', folder, '--chdir', folder, '--hide', '**/.env'];
  const script = 'cat .env 2>/dev/null; echo made > file; cat file';
  assert.equal(exec(...options, '--', 'sh', '-c', script).stdout, 'made\n');
  assert.equal(statSync(join(folder, 'file')).uid, 1234);
});

test('signals reach it, and it ends with the launcher', { skip }, async (t) => {
  const start = (script: string) =>
    spawn(
      process.execPath,
      [executable('cloudabi'), 'exec', '--base', 'system', '--user', 'nobody', '--', 'sh', '-c', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
  const forwarded = start('trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done');
  t.after(() => forwarded.kill('SIGKILL'));
  await new Promise((resolve) => forwarded.stdout.once('data', resolve));
  const ended = new Promise((resolve) => forwarded.once('exit', resolve));
  forwarded.kill('SIGTERM');
  assert.equal(await ended, 7);

  const orphan = start('echo ready; sleep 1000');
  await new Promise((resolve) => orphan.stdout.once('data', resolve));
  const first = await firstChildOf(orphan.pid ?? 0);
  const program = await firstChildOf(first);
  orphan.kill('SIGKILL');
  await until('all is gone', () => !isAlive(first) && !isAlive(program));
});

test('it cannot look into the first process of its world, nor become root again', { skip }, () => {
  const script =
    'cat /proc/1/environ /proc/1/maps 2>/dev/null; kill -9 1 2>/dev/null; su -c id 2>/dev/null; setpriv --reuid 0 id 2>/dev/null; echo end';
  assert.equal(exec('--user', 'nobody', '--', 'sh', '-c', script).stdout, 'end\n');
});

test('a user that cannot be is refused, and why is said', { skip }, () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['root', /'--user' cannot be 'root': that is root/],
    ['0:5', /that is root/],
    ['nosuchuser', /\/etc\/passwd has no such user/],
    ['123456', /write the number of its group, too, as in 123456:123456/],
    ['4294967295:1', /an id is a number up to 4294967294/],
    ['a b', /a user is NAME, UID or UID:GID/],
    ['1:2:3', /a user is NAME, UID or UID:GID/],
  ];
  for (const [text, message] of wrong) {
    const { status, stderr } = exec('--user', text, '--', 'true');
    assert.equal(status, 65);
    assert.match(stderr, message);
  }
  assert.match(exec('--walls', 'landlock', '--user', 'nobody', '--', 'true').stderr, /it needs namespaces/);
});

test('an ordinary user gives no other user', (t) => {
  const args = ['exec', '--base', 'system', '--user', '1234:55', '--', 'true'];
  const user = asUser(NOBODY);
  if ('missing' in user && process.getuid?.() === 0) return t.skip(user.missing);
  const [program = '', ...options] = 'missing' in user ? [] : user.words;
  const words = [...options, process.execPath, executable('cloudabi'), ...args];
  const { status, stderr } =
    program === ''
      ? command('cloudabi', args)
      : spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, HOME: '/tmp' } });
  assert.equal(status, 65);
  assert.match(stderr, /only root can give a program another user, and this is user \d+/);
});
