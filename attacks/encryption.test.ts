// Encrypted directories: an attacker who can change them on the host, and a program that attacks the process which serves
// them. Each attempt has its allowed twin.
import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type EncryptedScene, encryptedScene } from '../tests/frame/cli/encrypted.ts';

const PAGE = 4096;

/** A directory with a file of some pages, one that is left alone, and a secret beside. */
function trial(t: TestContext): EncryptedScene & { readonly file: string; readonly secret: string } {
  const scene = encryptedScene(t);
  assert.equal(scene.sh('head -c 20000 /dev/zero | tr "\\0" a > file; echo neighbour > other').status, 0);
  const secret = join(scene.folder, 'secret');
  writeFileSync(secret, 'secret of the host');
  return { ...scene, file: join(scene.directory, 'file'), secret };
}

/** Reads both files: the one that was attacked must fail, its neighbour is read. */
function refused({ sh }: EncryptedScene, what: string): void {
  const { stdout } = sh('tr -d a < file | wc -c; cat file > /dev/null || echo refused; cat other');
  assert.match(stdout, /refused\nneighbour\n$/, what);
}

test('pages that an attacker exchanges, cuts off or replaces by older ones are refused', (t) => {
  const scene = trial(t);
  const { file } = scene;
  const good = readFileSync(file);
  const attempt = (what: string, bytes: Buffer): void => {
    writeFileSync(file, bytes);
    refused(scene, what);
    writeFileSync(file, good);
  };
  const page = (bytes: Buffer, number: number): Buffer => bytes.subarray(number * PAGE, (number + 1) * PAGE);
  const exchanged = Buffer.from(good);
  page(good, 2).copy(exchanged, 3 * PAGE);
  page(good, 3).copy(exchanged, 2 * PAGE);
  attempt('exchanged', exchanged);
  attempt('cut off', good.subarray(0, 4 * PAGE));
  attempt('without headers', Buffer.concat([Buffer.alloc(2 * PAGE), good.subarray(2 * PAGE)]));
  attempt('empty', Buffer.alloc(0));
  attempt('in the clear', Buffer.from('text that an attacker wrote'));
  const bits = Buffer.from(good);
  bits.writeUInt8(bits.readUInt8(3 * PAGE) ^ 0x80, 3 * PAGE);
  attempt('a bit', bits);
  // An older page of the same place, under the header of now: another change has moved the page away since.
  assert.equal(scene.sh('printf b | dd of=file bs=1 seek=5000 conv=notrunc status=none').status, 0);
  const now = readFileSync(file);
  const old = Buffer.from(now);
  for (let number = 2; number < now.length / PAGE; number++)
    if (!page(now, number).equals(page(good, number))) page(good, 3).copy(old, number * PAGE);
  writeFileSync(file, old);
  refused(scene, 'older');
  // The twin: what an owner restores is read.
  writeFileSync(file, now);
  assert.equal(scene.sh('tr -d a < file; wc -c < file; cat other').stdout, 'b20000\nneighbour\n');
});

test('links that an attacker puts into the directory lead the server nowhere', (t) => {
  const scene = trial(t);
  rmSync(scene.file);
  symlinkSync(scene.secret, scene.file);
  const directory = join(scene.directory, 'x');
  symlinkSync(scene.folder, directory);
  const { stdout } = scene.sh(
    'cat file; cat x/secret; echo y > file; echo y > x/new; cat other; ln -s other l; cat l',
  );
  assert.equal(stdout, 'neighbour\nneighbour\n');
  assert.equal(readFileSync(scene.secret, 'utf8'), 'secret of the host');
});

test('a file of the directory of another key is refused', (t) => {
  const scene = trial(t);
  const other = trial(t);
  copyFileSync(other.file, scene.file);
  refused(scene, 'of another directory');
  // With its own mark as well, the directory does not take the key any more.
  cpSync(other.directory, scene.directory, { recursive: true });
  assert.match(scene.sh('cat file').stderr, /The key of .* is not that of /);
  assert.equal(other.sh('cat other').stdout, 'neighbour\n');
});

test('a directory without its mark is not encrypted anew over its files', (t) => {
  const scene = trial(t);
  const mark = join(scene.directory, '.cloudabi-encrypted');
  renameSync(mark, `${mark}.away`);
  const { status, stderr } = scene.sh('cat other');
  assert.match(stderr, /has files that are not encrypted/);
  assert.notEqual(status, 0);
  renameSync(`${mark}.away`, mark);
  assert.equal(scene.sh('cat other').stdout, 'neighbour\n');
});

test('a program reaches neither the key nor the server, and mounts no file system of its own', (t) => {
  const scene = trial(t);
  const tries = [
    'cat /dev/fuse',
    `cat ${scene.key}`,
    `ls ${scene.folder}/..`,
    'cat ../../../../etc/shadow.cloudabi',
    'grep -l encryption-proces[s] /proc/[0-9]*/cmdline',
    'mount -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none . 3< other',
    'cat .cloudabi-encrypted',
    'mknod disk b 8 0',
    'chown 1:1 other',
    'setfattr -n user.x -v y other',
  ];
  for (const one of tries) {
    const { stdout } = scene.sh(`if ${one} > out 2>&1; then echo "got in: $(cat out)"; fi; cat other`);
    if (one.startsWith('ls ')) assert.doesNotMatch(stdout, /key/);
    else assert.equal(stdout, 'neighbour\n', one);
  }
});

test('names and sizes at their limits are answered, and the server goes on', (t) => {
  const scene = trial(t);
  const script = `
import os
def refused(act):
    try: act()
    except OSError as error: return error.errno
    return 0
n = 'n' * 255
open(n, 'w').close(); os.unlink(n)
print(refused(lambda: open(n + 'n', 'w')))
deep = '/'.join(['d' * 200] * 19)
print(refused(lambda: os.makedirs(deep)))
print(refused(lambda: os.truncate('other', 2**62)))
print(refused(lambda: os.pwrite(os.open('other', os.O_RDWR), b'x', 2**45)))
os.truncate('other', 2**40); os.truncate('other', 10)
for name in (b'\\xff\\xfe', b'a b\\n', b'*'): open(name, 'w').write('x'); os.unlink(name)
print(open('other').read(), end='')`;
  writeFileSync(join(scene.folder, 'try.py'), script);
  const { stdout, stderr } = scene.sh('python3 ../try.py', '--read', join(scene.folder, 'try.py'));
  assert.equal(stderr, '');
  assert.match(stdout, /^36\n0\n(?:22|27)\n27\nneighbour\n$/);
  truncateSync(join(scene.directory, 'other'), 3 * PAGE);
  assert.ok(statSync(join(scene.directory, 'other')).size === 3 * PAGE);
});
