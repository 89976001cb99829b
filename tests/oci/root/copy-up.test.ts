import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyInto } from '../../../src/oci/root/copy-up.ts';
import { makeFolder } from '../../frame/programs.ts';

/** Copies a directory into a new one. */
function copied(root: string, path: string): string {
  const target = mkdtempSync(join(root, 'copy-'));
  const [from, into] = [openSync(root, 'r'), openSync(target, 'r')];
  try {
    copyInto(from, path, into);
  } catch {
    // A start that fails over a change has given nothing away.
  } finally {
    closeSync(from);
    closeSync(into);
  }
  return target;
}

test('files, directories and links are copied with their modes', (t) => {
  const root = makeFolder(t);
  mkdirSync(join(root, 'data/deep'), { recursive: true });
  writeFileSync(join(root, 'data/deep/file'), 'text', { mode: 0o640 });
  symlinkSync('/etc/passwd', join(root, 'data/link'));
  const target = copied(root, '/data');
  assert.deepEqual(readdirSync(target).sort(), ['deep', 'link']);
  assert.equal(readFileSync(join(target, 'deep/file'), 'utf8'), 'text');
  assert.equal(statSync(join(target, 'deep/file')).mode & 0o7777, 0o640);
  assert.equal(readlinkSync(join(target, 'link')), '/etc/passwd');
  assert.deepEqual(readdirSync(copied(root, '/none')), []);
});

test('a file that becomes a link while it is copied brings no file of the host', async (t) => {
  const root = makeFolder(t);
  const secret = join(root, 'secret');
  writeFileSync(secret, 'secret');
  mkdirSync(join(root, 'data'));
  const script = `const fs = require('fs'); process.chdir(${JSON.stringify(root)}); console.log('begins');
    for (;;) { fs.writeFileSync('f', 'own'); fs.renameSync('f', 'data/x'); fs.symlinkSync(${JSON.stringify(secret)}, 'l'); fs.renameSync('l', 'data/x'); }`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  try {
    for (let turn = 0; turn < 500; turn++) {
      const path = join(copied(root, '/data'), 'x');
      const isFile = readdirSync(join(path, '..'), { withFileTypes: true }).some((entry) => entry.isFile());
      if (isFile) assert.equal(readFileSync(path, 'utf8'), 'own', `turn ${turn}`);
    }
  } finally {
    // Before its folder is removed.
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
});
