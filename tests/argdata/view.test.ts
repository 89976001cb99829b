import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Argdata,
  ArgdataError,
  ArgdataView,
  encode,
  Fd,
  Timestamp,
  toArgdata,
} from '../../src/argdata/index.ts';
import { fromFloat, toKey } from '../../src/argdata/value.ts';
import { tree } from '../frame/argdata/arbitrary.ts';
import { MALFORMED } from '../frame/argdata/malformed.ts';
import fc from '../frame/properties.ts';

/** Reads everything through the view's getters. */
function read(view: ArgdataView): Argdata {
  switch (view.type) {
    case 'null':
      return null;
    case 'binary':
      return new Uint8Array(view.binary());
    case 'bool':
      return view.bool();
    case 'fd':
      return new Fd(view.fd());
    case 'float':
      return fromFloat(view.float());
    case 'int':
      return view.int();
    case 'str':
      return view.str();
    case 'timestamp':
      return new Timestamp(view.timestamp());
    case 'seq':
      return [...view.items()].map(read);
    case 'map':
      return new Map([...view.entries()].map(([key, value]) => [toKey(read(key)), read(value)]));
  }
}

test('a view reads the tree that was encoded', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const view = new ArgdataView(encode(value));
      assert.deepStrictEqual(read(view), value);
      assert.deepStrictEqual(view.value(), value);
    }),
  );
});

test('values are found by any key and by index', () => {
  const bytes = encode(
    new Map<Argdata, Argdata>([
      ['list', [1, 2, 3]],
      [[1, 'x'], 'by seq'],
      [7, 'by int'],
      [null, 'by null'],
    ]),
  );
  const view = new ArgdataView(bytes);
  assert.equal(view.get('list')?.at(2)?.int(), 3);
  assert.equal(view.get('list')?.at(3), undefined);
  assert.equal(view.get('list')?.at(-1), undefined);
  assert.equal(view.get([1, 'x'])?.str(), 'by seq');
  assert.equal(view.get(new ArgdataView(encode(7)))?.str(), 'by int');
  assert.equal(view.get(null)?.str(), 'by null');
  assert.equal(view.get('lis'), undefined);
});

test('a view shares the memory of the buffer', () => {
  const bytes = encode([Uint8Array.of(1, 2)]);
  const item = new ArgdataView(bytes).at(0);
  assert.equal(item?.binary().buffer, bytes.buffer);
  assert.equal(item?.bytes.buffer, bytes.buffer);
});

test('a value in the middle of a buffer is decoded where it is, and errors count from its start', () => {
  const bytes = Buffer.from('ffff07820202ff', 'hex');
  const view = new ArgdataView(bytes, 2, 6);
  assert.throws(() => view.value(), { code: 'bad-bool', offset: 5 });
  const text = encode(['a text that is longer than the cache takes', 'x']);
  const shifted = Buffer.concat([Buffer.from([1, 2, 3]), text, Buffer.from([4])]);
  assert.deepStrictEqual(new ArgdataView(shifted, 3, 3 + text.length).value(), [
    'a text that is longer than the cache takes',
    'x',
  ]);
  assert.throws(() => new ArgdataView(bytes, 2, 8), RangeError);
});

test('asking for another type than there is names both', () => {
  const view = new ArgdataView(encode(toArgdata({ a: 1 })));
  assert.throws(() => view.int(), { code: 'wrong-type', reason: 'The value is of type map, not int' });
  assert.throws(() => new ArgdataView(new Uint8Array()).str(), { code: 'wrong-type' });
});

test('reading malformed bytes through a view throws nothing but ArgdataError', () => {
  for (const [hex, code] of MALFORMED) {
    const view = new ArgdataView(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    if (code === 'duplicate-key') continue;
    assert.throws(
      () => read(view),
      (error) => error instanceof ArgdataError && error.code === code,
      hex,
    );
  }
});
