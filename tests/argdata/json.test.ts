import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Argdata, Fd, Float, JsonError, parseJson, printJson } from '../../src/argdata/index.ts';
import { tree } from '../frame/argdata/arbitrary.ts';
import fc from '../frame/properties.ts';

test('every tree survives printing as JSON and parsing, and the text is JSON', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const text = printJson(value);
      JSON.parse(text);
      assert.deepStrictEqual(parseJson(text), value);
    }),
    { numRuns: 500 },
  );
});

test('accepts every text that JSON.parse accepts', () => {
  fc.assert(
    // A key that begins with $ has a meaning of ours.
    fc.property(
      fc.json().filter((text) => !text.includes('"$')),
      (text) => assert.doesNotThrow(() => parseJson(text)),
    ),
  );
});

test('numbers are exact, keys keep their order', () => {
  assert.deepStrictEqual(
    parseJson(' {"10": 12345678901234567890, "2": 1.0, "__proto__": [-0, -0.0, 1E2]}\n'),
    new Map<Argdata, Argdata>([
      ['10', 12345678901234567890n],
      ['2', new Float(1)],
      ['__proto__', [0, -0, new Float(100)]],
    ]),
  );
  assert.deepStrictEqual(
    parseJson('{"$map": [[{"$fd": 1}, {"$float": "NaN"}]]}'),
    new Map([[new Fd(1), Number.NaN]]),
  );
});

const MISTAKES: readonly [text: string, line: number, column: number][] = [
  ['', 1, 1],
  ['[1,\n 2,]', 2, 4],
  ['[1 2]', 1, 4],
  ['{"a": 1,\n "a": 2}', 2, 2],
  ['{a: 1}', 1, 2],
  ['{"a" 1}', 1, 6],
  ['01', 1, 2],
  ['"a', 1, 1],
  ['"\\', 1, 1],
  ['"\\x"', 1, 1],
  ['"\n"', 1, 1],
  ['"\\ud800"', 1, 1],
  ['1 1', 1, 3],
  ['{"$fd": -1}', 1, 1],
  ['{"$fd": 1.0}', 1, 1],
  ['{"$fd": 1, "b": 2}', 1, 1],
  ['{"$float": "1"}', 1, 1],
  ['{"$binary": "a"}', 1, 1],
  ['{"$timestamp": "now"}', 1, 1],
  ['{"$other": 1}', 1, 1],
  ['{"$map": {}}', 1, 10],
  ['{"$map": [[1]]}', 1, 11],
  ['{"$map": [[1, 2], [1, 3]]}', 1, 19],
  ['['.repeat(100_000), 1, 257],
  ['{"$map":[['.repeat(100_000), 1, 2561],
];

test('each mistake in JSON is refused with its line and column', () => {
  for (const [text, line, column] of MISTAKES) {
    assert.throws(
      () => parseJson(text),
      (error) => {
        assert.ok(error instanceof JsonError, `${error}`);
        assert.deepStrictEqual(
          [text.slice(0, 30), error.line, error.column],
          [text.slice(0, 30), line, column],
        );
        return true;
      },
      text.slice(0, 30),
    );
  }
});
