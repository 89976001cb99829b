import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../frame/properties.ts';
import { loadGuest, runWriter } from '../frame/sdk/guest.ts';

const describe = loadGuest('tests/programs/sdk/describe.wasm');

/** Returns the guest's description of a value given in hex; it describes the three constants after it. */
function described(hex: string): string {
  const output = runWriter(describe, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  const constants = 'null\nbool true\nbool false\n';
  assert.ok(output.endsWith(constants), output);
  return output.slice(0, -constants.length).trimEnd();
}

/** The sizes are those of signed and unsigned char, short, int and long long. */
const values: readonly (readonly [string, string])[] = [
  ['', 'null'],
  ['01', 'binary'],
  ['01 00 ff', 'binary 00 ff'],
  ['02', 'bool false'],
  ['02 01', 'bool true'],
  ['03 00 00 00 00', 'fd 0'],
  ['03 7f ff ff ff', 'fd 2147483647'],
  ['03 ff ff ff ff', 'fd EBADF'],
  ['04 3f f8 00 00 00 00 00 00', 'float 0x1.8p+0'],
  ['05', 'int 0 0 0 0 0 0 0 0'],
  ['05 7f', 'int 127 127 127 127 127 127 127 127'],
  ['05 00 ff', 'int ERANGE 255 255 255 255 255 255 255'],
  ['05 ff', 'int -1 ERANGE -1 ERANGE -1 ERANGE -1 ERANGE'],
  ['05 80', 'int -128 ERANGE -128 ERANGE -128 ERANGE -128 ERANGE'],
  ['05 03 e8', 'int ERANGE ERANGE 1000 1000 1000 1000 1000 1000'],
  ['05 fc 18', 'int ERANGE ERANGE -1000 ERANGE -1000 ERANGE -1000 ERANGE'],
  ['05 00 ff ff ff ff', 'int ERANGE ERANGE ERANGE ERANGE ERANGE 4294967295 4294967295 4294967295'],
  ['05 80 00 00 00', 'int ERANGE ERANGE ERANGE ERANGE -2147483648 ERANGE -2147483648 ERANGE'],
  [
    '05 00 ff ff ff ff ff ff ff ff',
    'int ERANGE ERANGE ERANGE ERANGE ERANGE ERANGE ERANGE 18446744073709551615',
  ],
  ['05 01 00 00 00 00 00 00 00 00', `int${' ERANGE'.repeat(8)}`],
  ['05 ff 7f ff ff ff ff ff ff ff', `int${' ERANGE'.repeat(8)}`],
  ['06', 'map'],
  ['06 83 08 61 00 82 05 01 80 80', 'map\n  str 1 a\n  int 1 1 1 1 1 1 1 1\n  null\n  null'],
  ['07 81 05 82 05', 'seq\n  int 0 0 0 0 0 0 0 0\n  malformed'],
  ['06 80 81 05 81', 'map\n  null\n  int 0 0 0 0 0 0 0 0\n  malformed'],
  ['07 81 05 82 02 01 83 08 41 00', 'seq\n  int 0 0 0 0 0 0 0 0\n  bool true\n  str 1 A'],
  ['08 00', 'str 0'],
  ['08 c3 a9 f0 9f 98 80 00', 'str 6 é😀'],
  ['08 61 00 62 00', 'str 3 with NUL'],
  ['08 c0 80 00', 'str EILSEQ'],
  ['08 e0 9f bf 00', 'str EILSEQ'],
  ['08 ed a0 80 00', 'str EILSEQ'],
  ['08 f4 90 80 80 00', 'str EILSEQ'],
  ['08 c3 00', 'str EILSEQ'],
  ['09', 'timestamp 0.000000000'],
  ['09 3b 9a ca 01', 'timestamp 1.000000001'],
  ['09 ff', 'timestamp -1.999999999'],
  ['09 7f ff ff ff ff ff ff ff ff ff ff ff', 'timestamp ERANGE'],
  ['09 01 00 00 00 00 00 00 00 00 00 00 00 00', 'timestamp ERANGE'],
];

test('every type reads as what was encoded, and integers only into types that hold them', () => {
  for (const [hex, expected] of values) assert.equal(described(hex), expected, hex);
});

const malformed = [
  '00',
  '0a',
  'ff',
  '02 00',
  '02 02',
  '02 01 01',
  '03',
  '03 00 00 00',
  '03 00 00 00 00 00',
  '04 00',
  '05 00',
  '05 00 7f',
  '05 ff 80',
  '06 80',
  '06 81',
  '06 00 80 80',
  '06 82 05',
  '07 01',
  '07 00 81 05',
  '07 7f 7f 7f 7f 7f 7f 7f 7f ff',
  '07 0f 7f 7f 7f ff',
  '08',
  '08 61',
  '09 00',
];

test('a malformed value is EINVAL to every getter, and its iterators are empty', () => {
  for (const hex of malformed) assert.equal(described(hex), 'malformed', hex);
});

test('no bytes make the reader crash or read past their end', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.constantFrom(0x00, 0x01, 0x05, 0x06, 0x07, 0x08, 0x7f, 0x80, 0x81, 0x82, 0x85, 0xff), {
      maxLength: 40,
    }),
  );
  fc.assert(
    fc.property(piece, (bytes) => {
      described(Buffer.from(bytes).toString('hex'));
    }),
    { numRuns: 300 },
  );
});

test('a program whose argdata cannot be fetched does not start', () => {
  assert.throws(() => runWriter(describe, Uint8Array.of(5), { readError: 21 }), WebAssembly.RuntimeError);
});
