// The directory on the host behind an encrypted one, which an attacker changes while it is served.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BackingFolder, HostFailure } from '../../src/encryption/backing.ts';
import { DecryptedTree } from '../../src/encryption/decrypted-tree.ts';
import { FolderKey } from '../../src/encryption/folder-key.ts';
import { FolderRequests } from '../../src/encryption/folder-requests.ts';
import { FATTR_MODE, FuseCall, OUT_HEADER } from '../../src/encryption/fuse-wire.ts';
import { OpenFiles } from '../../src/encryption/open-files.ts';

const key = new FolderKey(Buffer.alloc(32, 7));

/** A directory, and requests for its entries. */
function scene(t: TestContext): {
  readonly path: string;
  readonly outside: string;
  readonly folder: BackingFolder;
  /** Looks a name of the root up. @returns Its node. */
  lookUp(name: string): number;
  /** Sets the permission bits of a node. @returns Bytes, or an error. */
  setMode(node: number, mode: number): unknown;
} {
  const above = mkdtempSync(join(tmpdir(), 'cloudabi-backing-'));
  t.after(() => rmSync(above, { recursive: true }));
  const [path, outside] = [join(above, 'd'), join(above, 'outside')];
  for (const one of [path, outside]) {
    mkdirSync(one);
    chmodSync(one, 0o700);
  }
  const root = openSync(path, 'r');
  t.after(() => closeSync(root));
  const folder = new BackingFolder(root);
  const files = new OpenFiles(folder, key, true);
  const requests = new FolderRequests({ folder, files, owner: { uid: 0, gid: 0 } });
  const ask = (call: number, node: number, body: Buffer): unknown =>
    requests.carryOut({ call, node, body, unique: 1n });
  return {
    path,
    outside,
    folder,
    lookUp: (name) => {
      const answer = ask(FuseCall.lookup, 1, Buffer.from(`${name}\0`));
      assert.ok(Buffer.isBuffer(answer) && answer.length > OUT_HEADER);
      return Number(answer.readBigUInt64LE(0));
    },
    setMode: (node, mode) => {
      const body = Buffer.alloc(88);
      body.writeUInt32LE(FATTR_MODE, 0);
      body.writeUInt32LE(mode, 68);
      return ask(FuseCall.setattr, node, body);
    },
  };
}

const modeOf = (path: string): number => statSync(path).mode & 0o7777;

test('a directory that an attacker replaces by a link lends its permission bits to nothing outside', (t) => {
  const { path, outside, lookUp, setMode } = scene(t);
  mkdirSync(join(path, 'x'));
  mkdirSync(join(path, 'twin'));
  const [x, twin] = [lookUp('x'), lookUp('twin')];
  rmdirSync(join(path, 'x'));
  symlinkSync(outside, join(path, 'x'));
  try {
    setMode(x, 0o777);
  } catch (error) {
    assert.ok(error instanceof HostFailure);
  }
  assert.equal(modeOf(outside), 0o700);
  setMode(twin, 0o711);
  assert.equal(modeOf(join(path, 'twin')), 0o711);
});

test('permission bits of a directory that was removed are not set on another', (t) => {
  const { path, lookUp, setMode, folder } = scene(t);
  mkdirSync(join(path, 'x'));
  const x = lookUp('x');
  rmdirSync(join(path, 'x'));
  assert.throws(() => setMode(x, 0o777), HostFailure);
  assert.equal(modeOf(path), 0o700);
  // The twin: the directory itself.
  folder.setMode('', 0o750);
  assert.equal(modeOf(path), 0o750);
});

test('a pipe that an attacker puts in place of a file is not waited for', (t) => {
  const { path, folder } = scene(t);
  assert.equal(spawnSync('mkfifo', [join(path, 'pipe')]).status, 0);
  const tree = new DecryptedTree(folder, key);
  assert.equal(tree.entry('pipe').kind, 'other');
  assert.throws(() => tree.read('pipe', () => undefined));
});
