import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { IdentityCheck, type KnownFile } from '../../src/worlds/identity-check.ts';

test('paths lead to the same files until one is replaced or gone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-identity-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => join(folder, name));
  for (const path of paths) writeFileSync(path, '');
  const known = (): KnownFile[] =>
    ['/', '/dev/null', ...paths].map((path) => {
      const { dev, ino } = statSync(path, { bigint: true });
      return { path: Buffer.from(path), device: dev, inode: ino };
    });
  const check = new IdentityCheck(known());
  assert.ok(check.holds() && check.holds());
  for (const path of paths) {
    const before = new IdentityCheck(known());
    writeFileSync(`${path}.new`, '');
    renameSync(`${path}.new`, path);
    assert.ok(!before.holds(), path);
    assert.ok(new IdentityCheck(known()).holds());
  }
  const last = new IdentityCheck(known());
  rmSync(paths[1] ?? '');
  assert.ok(!last.holds());
  symlinkSync('c', paths[1] ?? '');
  assert.ok(!last.holds());
  assert.throws(() => new IdentityCheck(Array.from({ length: 5000 }, () => known()).flat()), RangeError);
});
