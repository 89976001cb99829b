import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { EncryptedFile } from '../../src/encryption/encrypted-file.ts';
import { FolderKey, newMark, readMark } from '../../src/encryption/folder-key.ts';
import { IntegrityError } from '../../src/encryption/page-cipher.ts';
import fc from '../frame/properties.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-encrypted-'));
after(() => rmSync(folder, { recursive: true }));

const key = new FolderKey(Buffer.alloc(32, 7));
const PAGE = 4096;
let files = 0;

function contentsOf(file: EncryptedFile): Buffer {
  const bytes = Buffer.alloc(file.size);
  assert.equal(file.read(0, bytes), file.size);
  return bytes;
}

/** Opens a new file of the host and closes it behind the test. */
function withFile<Result>(act: (descriptor: number, path: string) => Result): Result {
  const path = join(folder, `file ${files++}`);
  const descriptor = openSync(path, 'w+');
  try {
    return act(descriptor, path);
  } finally {
    closeSync(descriptor);
  }
}

const far = 600_000;
const step = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    at: fc.oneof(fc.nat(3 * PAGE), fc.nat(far)),
    length: fc.oneof(fc.nat(200), fc.nat(3 * PAGE), fc.constant(PAGE)),
    byte: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ kind: fc.constant('size' as const), size: fc.oneof(fc.nat(3 * PAGE), fc.nat(far)) }),
  fc.record({ kind: fc.constant('sync' as const) }),
  fc.record({ kind: fc.constant('again' as const) }),
  fc.record({ kind: fc.constant('mode' as const), mode: fc.nat(0o7777) }),
);

test('an encrypted file holds what a plain one would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) =>
      withFile((descriptor) => {
        let file = EncryptedFile.make(descriptor, key, 0o644);
        let expected = Buffer.alloc(0);
        for (const one of steps) {
          if (one.kind === 'write') {
            file.write(one.at, Buffer.alloc(one.length, one.byte));
            const size = Math.max(expected.length, one.at + one.length);
            expected = Buffer.concat([expected], size);
            expected.fill(one.byte, one.at, one.at + one.length);
          } else if (one.kind === 'size') {
            file.setSize(one.size);
            expected = Buffer.concat([expected], one.size);
          } else if (one.kind === 'sync') file.sync(true);
          else if (one.kind === 'mode') {
            file.setMode(one.mode);
            assert.equal(file.mode, one.mode);
          } else file = EncryptedFile.open(descriptor, key);
        }
        assert.ok(contentsOf(file).equals(expected));
        assert.ok(contentsOf(EncryptedFile.open(descriptor, key)).equals(expected));
      }),
    ),
    { numRuns: 60 },
  );
});

test('space is used again', () => {
  withFile((descriptor, path) => {
    const file = EncryptedFile.make(descriptor, key, 0o600);
    for (let turn = 0; turn < 2000; turn++) file.write(0, Buffer.alloc(PAGE, turn));
    file.tidy();
    assert.ok(readFileSync(path).length < 300 * PAGE);
  });
});

test('nothing of the contents is in the file', () => {
  withFile((descriptor, path) => {
    const secret = 'a secret that would be found';
    const file = EncryptedFile.make(descriptor, key, 0o600);
    file.write(0, Buffer.from(secret.repeat(400)));
    assert.equal(readFileSync(path).includes(secret), false);
  });
});

test('pages that were changed, moved, or are of another time are found', () => {
  withFile((descriptor, path) => {
    const file = EncryptedFile.make(descriptor, key, 0o600);
    file.write(0, Buffer.alloc(4 * PAGE, 1));
    const before = readFileSync(path);
    file.write(0, Buffer.alloc(PAGE, 2));
    file.write(PAGE, Buffer.alloc(PAGE, 3));
    const good = readFileSync(path);
    const refuses = (bytes: Buffer, what: string): void => {
      writeFileSync(path, bytes);
      assert.throws(() => contentsOf(EncryptedFile.open(descriptor, key)), IntegrityError, what);
      writeFileSync(path, good);
      assert.equal(contentsOf(EncryptedFile.open(descriptor, key)).length, 4 * PAGE);
    };
    const pages = good.length / PAGE;
    let harmless = 0;
    for (let page = 2; page < pages; page++) {
      const changed = Buffer.from(good);
      changed.writeUInt8(changed.readUInt8(page * PAGE + 9) ^ 1, page * PAGE + 9);
      writeFileSync(path, changed);
      try {
        contentsOf(EncryptedFile.open(descriptor, key));
        harmless++; // a page that nothing leads to any more
      } catch (error) {
        assert.ok(error instanceof IntegrityError);
      }
    }
    assert.equal(pages - 2 - harmless, 4);
    const swapped = Buffer.from(good);
    good.copy(swapped, 4 * PAGE, 5 * PAGE, 6 * PAGE);
    good.copy(swapped, 5 * PAGE, 4 * PAGE, 5 * PAGE);
    refuses(swapped, 'two pages in each other’s place');
    refuses(good.subarray(0, good.length - PAGE), 'a file that was cut');
    const headers = Buffer.from(good);
    headers.fill(0, 0, 2 * PAGE);
    refuses(headers, 'a file without a header');
    // Pages of before in the place of those of now, under the header of now.
    const old = Buffer.from(good);
    for (let page = 6; page < pages; page++) before.copy(old, page * PAGE, 2 * PAGE, 3 * PAGE);
    refuses(old, 'pages of another time');
  });
});

test('a file of another key is refused', () => {
  withFile((descriptor) => {
    EncryptedFile.make(descriptor, key, 0o600);
    assert.throws(() => EncryptedFile.open(descriptor, new FolderKey(Buffer.alloc(32, 8))), IntegrityError);
  });
});

test('the mark of a directory knows its secret', () => {
  const secret = Buffer.alloc(32, 1);
  const { text, key: made } = newMark(secret);
  const read = readMark(text, secret);
  assert.ok(read.kind === 'key');
  assert.deepEqual(read.key.bytes, made.bytes);
  assert.equal(readMark(text, Buffer.alloc(32, 2)).kind, 'other key');
  for (const wrong of ['', '{', 'null', '{}', text.replace('1', '2'), text.replace('salt', 'sold')])
    assert.equal(readMark(wrong, secret).kind, 'unreadable');
});
