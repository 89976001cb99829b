import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileStates } from '../../../src/host/files/file-states.ts';

test('a change of a file, of a directory, and a file that comes or goes, is seen', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-states-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [file, directory, absent] = ['file', 'directory', 'absent'].map((name) => join(folder, name));
  assert.ok(file && directory && absent);
  writeFileSync(file, '');
  mkdirSync(directory);
  const changes = [
    () => writeFileSync(file, 'longer'),
    () => chmodSync(file, 0o600),
    () => writeFileSync(join(directory, 'new'), ''),
    () => {
      writeFileSync(`${file}.new`, '');
      renameSync(`${file}.new`, file);
    },
    () => writeFileSync(absent, ''),
    () => rmSync(absent),
  ];
  // Kernels before 6.13 tell times of change by a clock of a few milliseconds.
  const probe = join(directory, 'probe');
  writeFileSync(probe, '');
  const tick = (): void => {
    const before = statSync(probe, { bigint: true }).ctimeNs;
    while (statSync(probe, { bigint: true }).ctimeNs === before) writeFileSync(probe, '');
  };
  for (const [index, change] of changes.entries()) {
    const states = new FileStates(['/', file, absent, directory]);
    assert.ok(states.unchanged && states.unchanged, `before ${index}`);
    tick();
    change();
    assert.ok(!states.unchanged, `after ${index}`);
  }
});
