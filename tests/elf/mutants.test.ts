// A part of `npm run elf-mutants`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('files of this machine and mutants of them give an image or an ElfError, in bounded time', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/elf-mutants.js', '--files', '150', '--mutants', '3000'],
    { encoding: 'utf8', timeout: 600_000 },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^\d+ files and 3000 mutants: \d+ read, \d+ refused/);
});
