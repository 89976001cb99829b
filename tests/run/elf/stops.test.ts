import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { executable, noExecutables } from '../../frame/elf/executables.ts';
import { makeFolder } from '../../frame/programs.ts';

describe('--trap and an executable', { skip: noExecutables ?? false }, () => {
  test('print the refusal, its functions, the registers and the descriptors', (t) => {
    const path = join(makeFolder(t), 'read-only');
    writeFileSync(path, '');
    const { status, stderr } = spawnSync(
      process.execPath,
      ['dist/bin/cloudabi-run.js', '--trap', executable('crashes', { CASE: 7 })],
      { encoding: 'utf8', input: `- !file\n  path: ${path}\n` },
    );
    assert.equal(status, 134, stderr);
    const lines = stderr.split('\n').map((line) => line.replace(/\+0x[0-9a-f]+$/, '').trim());
    assert.equal(lines[0], 'Stopped at the first refusal:');
    assert.match(lines[1] ?? '', /fd_write refused on descriptor 0 .*add `write` to its rights/);
    assert.deepEqual(lines.slice(2, 5), ['refused', 'innermost', 'middle']);
    const registers = lines.indexOf('Registers:');
    assert.match(lines[registers + 1] ?? '', /^r8 0x[0-9a-f]+ {2}r9 0x/);
    assert.match(lines[lines.indexOf('Descriptors:') + 1] ?? '', /^0 \[0\]: File /);
    assert.equal(lines.filter((line) => line === 'Registers:').length, 1);
  });

  test('print the place of a fault', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['dist/bin/cloudabi-run.js', '--trap', executable('crashes', { CASE: 0 })],
      { encoding: 'utf8', input: 'null' },
    );
    assert.equal(status, 134, stderr);
    assert.match(stderr, /trapped: it was ended by SIGSEGV at the address 0x8 \(in innermost\+/);
    assert.match(stderr, /^ {4}cloudabi_main\+0x/m);
    assert.match(stderr, /^Registers:$/m);
  });
});
