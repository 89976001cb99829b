import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** Rooms whose comments read plainly; the others follow. */
const plain = [
  'abi',
  'argdata',
  'gates/wasm',
  'host',
  'kernel',
  'process',
  'program',
  'resources',
  'text',
  'toolchain',
  'walls',
];

test('comments begin with a noun or a verb, name their actors, and name files that are there', () => {
  const words = ['scripts/prose.js', ...plain.map((room) => `src/${room}`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.equal(stdout + stderr, '');
  assert.equal(status, 0);
});
