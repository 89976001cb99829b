// A process that writes an encrypted file and is killed at any moment: each write has happened as a whole or not at all.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EncryptedFile } from '../../src/encryption/encrypted-file.ts';
import { FolderKey } from '../../src/encryption/folder-key.ts';
import { makeFolder } from '../frame/programs.ts';

/** ROUNDS=200 for more of them. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 8);
const AT = 100;
const LENGTH = 5 * 4096 + 77;
const writer = fileURLToPath(new URL('../frame/encryption/writer.js', import.meta.url));

test('a write that is killed at any moment leaves the old or the new contents', async (t) => {
  const path = join(makeFolder(t), 'file');
  const descriptor = openSync(path, 'w+');
  const key = new FolderKey(Buffer.alloc(32, 7));
  EncryptedFile.make(descriptor, key, 0o600).write(0, Buffer.alloc(AT + LENGTH));
  let version = 0;
  let between = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const words = [writer, path, version, AT, LENGTH].map(String);
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (bytes) => {
      said += bytes;
    });
    await once(child.stdout, 'data');
    // From none to some tens of writes later, at any place within one.
    await setTimeout(Math.random() * 12);
    child.kill('SIGKILL');
    await once(child, 'close');
    const written = Number(said.trimEnd().split('\n').at(-1));
    const file = EncryptedFile.open(descriptor, key);
    const found = Buffer.alloc(AT + LENGTH);
    const size = file.read(0, found);
    const cut = AT + ((written + 1) % 3) * 1000;
    if (size < AT + LENGTH) {
      // Killed between the two changes of the version that comes next.
      assert.equal((written + 1) % 3, 0);
      assert.equal(size, cut);
      version = written;
      between++;
      file.write(AT, Buffer.alloc(LENGTH, version % 256));
      continue;
    }
    const contents = found.subarray(AT);
    const byte = contents.readUInt8(0);
    assert.ok(
      contents.every((one) => one === byte),
      `round ${round}: two versions at once`,
    );
    assert.ok(byte === written % 256 || byte === (written + 1) % 256, `round ${round}: neither old nor new`);
    version = byte === written % 256 ? written : written + 1;
    assert.ok(found.subarray(0, AT).every((one) => one === 0));
  }
  t.diagnostic(`${version} versions, ${between} kills between the two changes of one`);
});
