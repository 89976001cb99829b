import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { guestCode, guestCompiler, guestStart } from '../../../src/gates/elf/guest-code.ts';

const version = /version (\S+)/.exec(
  spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];

test('the code in executables is what its sources say', (context) => {
  if (version !== guestCompiler) return context.skip(`it was made by clang ${guestCompiler}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build-guest-code.js', '--print'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const { code, start } = JSON.parse(stdout);
  assert.ok(code === guestCode, 'run: node scripts/build-guest-code.js');
  assert.equal(start, guestStart);
});
