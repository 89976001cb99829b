import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keep, readKept } from '../../../src/host/files/kept.ts';
import { userKey } from '../../../src/host/processes/keyring.ts';
import { folderWith } from '../../frame/program/sources.ts';

test('a cached file is found by its purpose, unless a byte of it has changed', (t) => {
  if (userKey('cloudabi:test') === undefined) return t.skip('the kernel keeps no keys here');
  const path = join(folderWith(t, {}), 'kept');
  keep(path, 'purpose', Buffer.from('content'));
  assert.equal(readKept(path, 'purpose')?.toString(), 'content');
  assert.equal(readKept(path, 'purposes'), undefined);
  assert.equal(readKept(path, 'purpos'), undefined);
  symlinkSync(path, `${path}.link`);
  assert.equal(readKept(`${path}.link`, 'purpose'), undefined, 'a link');
  const bytes = readFileSync(path);
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    writeFileSync(path, changed);
    assert.equal(readKept(path, 'purpose'), undefined, `byte ${at}`);
  }
});

test('a key of the user is the same each time, and another for another name', (t) => {
  const key = userKey('cloudabi:test');
  if (key === undefined) return t.skip('the kernel keeps no keys here');
  assert.deepEqual(userKey('cloudabi:test'), key);
  assert.notDeepEqual(userKey('cloudabi:test2'), key);
  assert.equal(key.length, 32);
});
