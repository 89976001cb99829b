import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { asUser, NOBODY } from '../frame/other-user.ts';

test('an ordinary user is told that containers are made by root', (t) => {
  const user = process.getuid?.() === 0 ? asUser(NOBODY) : { words: [] };
  if ('missing' in user) {
    t.skip(user.missing);
    return;
  }
  const [program = process.execPath, ...words] = [
    ...user.words,
    process.execPath,
    executable('cloudabi-oci'),
    'create',
    'one',
  ];
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /^cloudabi-oci: containers are made by root: start the engine as root$/m);
});
