import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableJson, printableLines } from '../../src/text/printable.ts';
import fc from '../frame/properties.ts';
import { harmfulIn } from '../frame/text/harmful.ts';

test('nothing but what can be seen is in one line, and line ends and tabs among several', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(text, (value) => {
      assert.equal(harmfulIn(printable(value)), undefined);
      assert.doesNotMatch(printable(value), /[\t\n]/);
      assert.equal(harmfulIn(printableLines(value)), undefined);
      assert.equal(printableLines(value).split('\n').length, value.split('\n').length);
      const cut = printable(value, 10);
      assert.ok(cut.length <= 11);
    }),
  );
  assert.equal(printable('a\u001b[2J\u009bb\r\n\u202ec'), 'a\u{fffd}[2J\u{fffd}b\u{fffd}\u{fffd}\u{fffd}c');
  assert.equal(printableLines('a\tb\nc\r\u0007'), 'a\tb\nc\u{fffd}\u{fffd}');
  assert.equal(printable('naïve 日本語 🙂'), 'naïve 日本語 🙂');
});

test('JSON stays the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const whole = { value, [text]: text };
      const json = printableJson(JSON.stringify(whole, null, 2));
      assert.equal(harmfulIn(json), undefined);
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(whole)));
    }),
  );
});
