import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import { Errno } from '../../src/abi/generated/constants.ts';
import { type Address, bytesAt } from '../../src/host/libc.ts';
import { PATH_LENGTH, Path } from '../../src/kernel/path.ts';
import fc from '../frame/properties.ts';

/** The NUL-terminated string at an address of ours. */
function stringAt(address: Address): string {
  const bytes = bytesAt(address, PATH_LENGTH + 2);
  return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('latin1');
}

const letter = fc.constantFrom(0x2f, 0x2f, 0x2e, 0x2e, 0x61, 0xc3, 0xa9, 0xff);
const bytes = fc.oneof(
  fc.array(letter, { maxLength: 12 }).map((list) => Uint8Array.from(list)),
  fc.array(fc.oneof(letter, fc.constant(0)), { maxLength: 12 }).map((list) => Uint8Array.from(list)),
  fc.uint8Array({ maxLength: 40 }),
  fc
    .integer({ min: PATH_LENGTH - 2, max: PATH_LENGTH + 2 })
    .map((length) => new Uint8Array(length).fill(0x61)),
);

/** Splits a path, with strings. */
function model(source: Uint8Array, utf8: boolean) {
  const text = Buffer.from(source).toString('latin1');
  let problem = 0;
  if (text.length === 0) problem = -Errno.noent;
  else if (text.length > PATH_LENGTH) problem = -Errno.nametoolong;
  else if (text.includes('\0')) problem = -Errno.inval;
  else if (utf8 && !isUtf8(source)) problem = -Errno.ilseq;
  const trimmed = text.replace(/\/+$/, '');
  const name = trimmed.slice(trimmed.lastIndexOf('/') + 1);
  return { text, problem, name, slashes: text.slice(trimmed.length) };
}

test('any bytes are taken apart as a plain reading of them does', () => {
  const path = new Path();
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.nat(5), (source, utf8, before) => {
      const memory = new Uint8Array(source.length + before + 3).fill(0x78);
      memory.set(source, before);
      path.load(memory, before, source.length, utf8);
      const { text, problem, name, slashes } = model(source, utf8);
      assert.equal(path.problem, problem);
      if (problem !== 0) {
        assert.equal(path.text, '', 'a path that cannot be used is nowhere shown');
        return;
      }
      assert.equal(path.length, text.length);
      assert.equal(stringAt(path.address), text);
      assert.equal(stringAt(path.name.address), name);
      assert.equal(Buffer.from(path.name.bytes).toString('latin1'), name);
      assert.equal(path.endsInSlash, slashes !== '');
      assert.equal(path.isAbsolute, text.startsWith('/'));
      assert.equal(path.namesNoEntry, name === '' || name === '.' || name === '..');
    }),
    { numRuns: 3000 },
  );
});

test('a path that has been copied does not change with the memory it came from', () => {
  const path = new Path();
  const memory = Buffer.from('safe/name');
  path.load(memory, 0, memory.length, true);
  memory.write('../../etc');
  assert.equal(stringAt(path.address), 'safe/name');
  assert.equal(path.text, 'safe/name');
});

test('a path of one megabyte, or one beyond memory, is refused without being read', () => {
  const path = new Path();
  path.load(new Uint8Array(2 ** 20).fill(0x61), 0, 2 ** 20, true);
  assert.equal(path.problem, -Errno.nametoolong);
  path.load(Buffer.from('ab'), 0, 2 ** 31, true);
  assert.equal(path.problem, -Errno.nametoolong);
});
