import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pattern } from '../../src/policy/pattern.ts';
import { arePatternsWithin, PatternSet } from '../../src/policy/pattern-set.ts';
import fc from '../frame/properties.ts';

const within = (inner: string[], outer: string[]): boolean =>
  arePatternsWithin(inner.map(pattern), outer.map(pattern));

test('patterns are compared by what they match', () => {
  for (const [inner, outer] of [
    ['src/*.ts', 'src/**'],
    ['src/a.ts', 'src/?.ts'],
    ['{a,b}/c', '*/c'],
    ['a/**/b', 'a/**'],
    ['[ab]', '[abc]'],
  ] as const) {
    assert.ok(within([inner], [outer]), `${inner} is within ${outer}`);
    assert.ok(!within([outer], [inner]), `${outer} is not within ${inner}`);
  }
  assert.ok(within(['{a,b}'], ['a', 'b']), 'two patterns together');
  assert.ok(!within(['*'], ['a', 'b']));
  assert.ok(within([], ['a']));
});

test('a directory is walked only where a pattern could match beneath it', () => {
  const set = new PatternSet([pattern('src/**/*.ts'), pattern('docs/*.md')]);
  for (const name of ['', 'src', 'src/a', 'src/a/b', 'docs']) assert.ok(set.reaches(name), name);
  for (const name of ['tests', 'docs/a', 'sr', 'srcs']) assert.ok(!set.reaches(name), name);
  assert.ok(set.matches('src/a/b.ts'));
  assert.ok(set.matches('src/b.ts'));
  assert.ok(!set.matches('src/b.js'));
});

test('the outer pattern matches all that the inner one does', () => {
  const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '{a,bb}');
  const name = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
  const one = fc.array(fc.oneof(name, fc.constant('**')), { minLength: 1, maxLength: 3 }).map((names) => {
    const text = names.join('/');
    return /\*\*\*/.test(text) ? 'a' : text;
  });
  const text = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'ba', 'bb'), { minLength: 1, maxLength: 4 })
    .map((names) => names.join('/'));
  const readable = (written: string): boolean => {
    try {
      pattern(written);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(
      one.filter(readable),
      one.filter(readable),
      fc.array(text, { minLength: 20, maxLength: 20 }),
      (inner, outer, texts) => {
        const small = new PatternSet([pattern(inner)]);
        const large = new PatternSet([pattern(outer)]);
        if (within([inner], [outer]))
          for (const one of texts) assert.ok(!small.matches(one) || large.matches(one), one);
      },
    ),
    { numRuns: 500 },
  );
});
