import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Argdata,
  ArgdataError,
  ArgdataValueError,
  decode,
  encode,
  Fd,
  Float,
  INVALID_FD,
  MAX_DEPTH,
  serialize,
  Timestamp,
  toArgdata,
} from '../../src/argdata/index.ts';
import { tree } from '../frame/argdata/arbitrary.ts';
import fc from '../frame/properties.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const VECTORS: readonly [Argdata, string][] = [
  [null, ''],
  [Uint8Array.of(1, 255), '0101ff'],
  [false, '02'],
  [true, '0201'],
  [new Fd(0), '0300000000'],
  [new Fd(INVALID_FD), '03ffffffff'],
  [1.5, '043ff8000000000000'],
  [new Float(1), '043ff0000000000000'],
  [-0, '048000000000000000'],
  [Number.NaN, '047ff8000000000000'],
  [Number.NEGATIVE_INFINITY, '04fff0000000000000'],
  [2 ** 53, '044340000000000000'],
  [0, '05'],
  [1, '0501'],
  [127, '057f'],
  [128, '050080'],
  [255, '0500ff'],
  [-1, '05ff'],
  [-128, '0580'],
  [-129, '05ff7f'],
  [1000, '0503e8'],
  [-1000, '05fc18'],
  [2 ** 31 - 1, '057fffffff'],
  [2 ** 31, '050080000000'],
  [-(2 ** 31), '0580000000'],
  [-(2 ** 31) - 1, '05ff7fffffff'],
  [2 ** 32 - 1, '0500ffffffff'],
  [Number.MAX_SAFE_INTEGER, '051fffffffffffff'],
  [Number.MIN_SAFE_INTEGER, '05e0000000000001'],
  [2n ** 53n, '0520000000000000'],
  [2n ** 63n - 1n, '057fffffffffffffff'],
  [2n ** 63n, '05008000000000000000'],
  [-(2n ** 63n), '058000000000000000'],
  [-(2n ** 63n) - 1n, '05ff7fffffffffffffff'],
  [new Map(), '06'],
  [new Map<Argdata, Argdata>([['a', null]]), '068308610080'],
  [[], '07'],
  [[0, true, 'A'], '07810582020183084100'],
  [[[], 'x'.repeat(125)], `078107ff08${'78'.repeat(125)}00`],
  [['x'.repeat(126)], `07018008${'78'.repeat(126)}00`],
  ['', '0800'],
  ['A', '084100'],
  ['\u{1f600}\u{20ac}', '08f09f9880e282ac00'],
  ['a\0b', '0861006200'],
  ['\ufeff', '08efbbbf00'],
  [new Timestamp(0n), '09'],
  [new Timestamp(-1n), '09ff'],
  [new Timestamp(1_700_000_000_000_000_000n), '0917979cfe362a0000'],
];

test('each value has the encoding the format gives it, and comes back from it', () => {
  for (const [value, bytes] of VECTORS) {
    assert.equal(hex(encode(value)), bytes);
    assert.deepStrictEqual(decode(Buffer.from(bytes, 'hex')), value);
  }
});

test('every tree survives encoding and decoding', () => {
  fc.assert(
    fc.property(tree, (value) => assert.deepStrictEqual(decode(encode(value)), value)),
    { numRuns: 1000 },
  );
});

test('every value that decodes encodes to the same bytes, but for NaNs', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.array(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0x80, 0x81, 0x82, 0x83, 0xff), { maxLength: 14 }),
  );
  let decoded = 0;
  fc.assert(
    fc.property(bytes, (list) => {
      const input = Uint8Array.from(list);
      let value: Argdata;
      try {
        value = decode(input);
      } catch (error) {
        assert.ok(error instanceof ArgdataError);
        assert.ok(error.offset <= input.length);
        return;
      }
      decoded++;
      if (!hex(input).includes('7ff') && !hex(input).includes('fff'))
        assert.equal(hex(encode(value)), hex(input));
    }),
    { numRuns: 5000 },
  );
  assert.ok(decoded > 100);
});

test('a NaN of any bits is NaN', () => {
  assert.deepStrictEqual(decode(Buffer.from('04fff8000000000001', 'hex')), Number.NaN);
});

test('decoding shares no memory with its input', () => {
  const bytes = encode([Uint8Array.of(1), 'a string of more than twenty-four characters']);
  const value = decode(bytes);
  bytes.fill(0xff);
  assert.deepStrictEqual(value, [Uint8Array.of(1), 'a string of more than twenty-four characters']);
});

test('descriptors are numbered in the order they are met, the same one once', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  const { bytes, descriptors } = serialize<object>([b, a, new Map<object, object>([[b, a]])]);
  assert.deepStrictEqual(descriptors, [b, a]);
  assert.deepStrictEqual(decode(bytes), [new Fd(0), new Fd(1), new Map([[new Fd(0), new Fd(1)]])]);
});

test('descriptors with the same index are the same, an invalid one stays so', () => {
  const { bytes, descriptors } = serialize([new Fd(9), new Fd(INVALID_FD), new Fd(4), new Fd(9)]);
  assert.deepStrictEqual(descriptors, [new Fd(9), new Fd(4)]);
  assert.deepStrictEqual(decode(bytes), [new Fd(0), new Fd(INVALID_FD), new Fd(1), new Fd(0)]);
});

test('leaves of any type are made of descriptor indices', () => {
  const names = ['in', 'out'];
  assert.deepStrictEqual(
    decode(encode([new Fd(1), new Fd(0)]), (index) => ({ name: names[index] })),
    [{ name: 'out' }, { name: 'in' }],
  );
});

test('an encoder that is called from a numbering function does not disturb the outer one', () => {
  const bytes = encode<object>(['before', {}, 'after'], () => encode('inner').length);
  assert.deepStrictEqual(decode(bytes), ['before', new Fd(7), 'after']);
});

test('values that argdata cannot hold are refused with their reason', () => {
  let cycle: Argdata[] = [];
  cycle.push(cycle);
  const deep = (levels: number): Argdata => {
    let value: Argdata = [];
    for (let i = 1; i < levels; i++) value = [value];
    return value;
  };
  const map = (...keys: Argdata[]): Argdata => new Map(keys.map((key) => [key, null]));
  const cases: [() => unknown, string][] = [
    [() => encode('\ud800'), 'surrogate'],
    [() => encode(['x'.repeat(100), `${'x'.repeat(100)}\udfff`]), 'surrogate'],
    [() => encode(cycle), 'too-deep'],
    [() => encode(deep(MAX_DEPTH + 1)), 'too-deep'],
    [() => encode(map(new Float(1), new Float(1))), 'duplicate-key'],
    [() => encode(map(1.5, new Float(1.5))), 'duplicate-key'],
    [() => encode(map(Number.NaN, new Float(Number.NaN))), 'duplicate-key'],
    [() => encode(map(5, 5n)), 'duplicate-key'],
    [() => encode(map([1], [2], [1])), 'duplicate-key'],
    [() => encode<unknown>(new Date(0), () => -1), 'bad-index'],
    [() => toArgdata(undefined), 'not-argdata'],
    [() => toArgdata({ f: () => 1 }), 'not-argdata'],
    [() => toArgdata(new Date(Number.NaN)), 'not-argdata'],
    [() => toArgdata(/x/), 'not-argdata'],
    [() => toArgdata(cycle), 'too-deep'],
  ];
  for (const [run, code] of cases) {
    assert.throws(
      run,
      (error) => error instanceof ArgdataValueError && error.code === code,
      `${run} ${code}`,
    );
  }
  cycle = [];
  assert.deepStrictEqual(decode(encode(deep(MAX_DEPTH))), deep(MAX_DEPTH));
});

test('plain objects become maps, dates become timestamps', () => {
  assert.deepStrictEqual(
    toArgdata({ a: [1, { b: undefined, c: null }], d: new Date(1), e: new Fd(2) }),
    new Map<Argdata, Argdata>([
      ['a', [1, new Map([['c', null]])]],
      ['d', new Timestamp(1_000_000n)],
      ['e', new Fd(2)],
    ]),
  );
});
