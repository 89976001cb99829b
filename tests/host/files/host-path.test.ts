import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../fuzz/random.ts';
import { bytesOf, hostPath, isUtf8, textOf } from '../../../src/host/files/host-path.ts';

test('any bytes come back as they were', () => {
  const random = new Random(1);
  const pieces = [
    ...['a', '/', 'é', '€', '😀', '\ufeff', '\ufffd'].map((text) => Buffer.from(text)),
    ...['ff', 'c3', 'c080', 'eda080', 'e282', 'f09f98', 'f4908080', '80', 'fe'].map((hex) =>
      Buffer.from(hex, 'hex'),
    ),
  ];
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.concat(Array.from({ length: 6 }, () => random.pick(pieces) ?? Buffer.alloc(0)));
    const text = textOf(bytes);
    assert.deepEqual(bytesOf(text), bytes, bytes.toString('hex'));
    // As a decoder that refuses what is no UTF-8 sees it.
    let valid = true;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      valid = false;
    }
    assert.equal(isUtf8(text), valid, bytes.toString('hex'));
    if (valid) assert.equal(text, bytes.toString());
    assert.equal(typeof hostPath(text), valid ? 'string' : 'object');
  }
});
