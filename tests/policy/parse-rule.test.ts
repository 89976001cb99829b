import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFileRule } from '../../src/policy/parse-rule.ts';
import { glob, literalPattern, parsePattern } from '../../src/policy/pattern.ts';
import { printFileRule } from '../../src/policy/print-rule.ts';
import fc from '../frame/properties.ts';

const print = (text: string): string => {
  const parsed = parseFileRule(text);
  return parsed.problem ? assert.fail(parsed.problem.message) : printFileRule(parsed.value);
};
const problem = (text: string) => parseFileRule(text).problem ?? assert.fail(`${text} is a rule`);

test('every kind of rule survives printing', () => {
  const rules = {
    'hide **/.env': undefined,
    'append *.log logs/**': undefined,
    'mask /proc/cpuinfo with /tmp/a\\ b': undefined,
    'mask secrets.json': undefined,
    'deny write,create .git/**': undefined,
    'deny(EPERM) all /x': undefined,
    'deny(EACCES)  change  x  # a comment': 'deny change x',
    'deny create,write x': 'deny write,create x',
    'allow read docs/** for /usr/bin/git /opt/**': undefined,
    'mask a for /bin/sh with b': 'mask a with b for /bin/sh',
    'hide \\with \\#x a\\ b': undefined,
    'ask read /run/*.sock': undefined,
    'deny attributes x': undefined,
    'deny change,read x': 'deny read,change x',
    'hide **/.env id_* by mounts': undefined,
    'hide \\by': undefined,
  };
  for (const [text, printed] of Object.entries(rules)) assert.equal(print(text), printed ?? text);
});

test('a mistake has its place, and the name that was meant', () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['hdie **/.env', 'hdie', /did you mean 'hide'/],
    ['deny wirte x', 'wirte', /did you mean 'write'/],
    ['deny read,wirte x', 'wirte', /did you mean 'write'/],
    ['deny(EPREM) read x', 'EPREM', /did you mean 'EPERM'/],
    ['deny read,net/connect x', 'net/connect', /granted with '--net'/],
    ['hide(EPERM) x', 'hide(EPERM)', /only 'deny/],
    ['deny **/.env', '**/.env', /category comes before/],
    ['hide', 'hide', /needs a pattern/],
    ['deny', 'deny', /needs categories/],
    ['hide a**b', 'a**b', /stands in place of a whole name/],
    ['hide x [a', '[', /not closed/],
    ['hide {a,b', '{', /not closed/],
    ['hide a}', '}', /closes nothing/],
    ['hide a/', '/', /does not end with/],
    ['hide a//b', 'a//b', /empty name/],
    ['hide ../x', '..', /no name '\.\.'/],
    ['hide x with y', 'with', /is for 'mask'/],
    ['mask x by mounts', 'by', /'by' is for 'hide'/],
    ['hide x by', 'by', /needs the word 'mounts'/],
    ['hide x by mount', 'mount', /needs the word 'mounts'/],
    ['hide x by mounts y', 'y', /ends with 'by mounts'/],
    ['hide x by mounts for /bin/cat', 'for', /same for every executable/],
    ['mask x with', 'with', /needs the path/],
    ['mask x with a b', 'b', /one file/],
    ['deny read x for', 'for', /pattern of an executable/],
    ['hide [z-a]', 'z-a', /ends before/],
    ['hide [ä]', 'ä', /ASCII/],
    ['hide {/a,b}', '{/a,b}', /in all that its braces/],
    ['hide a\\', '\\', /backslash/],
    ['', '', /cannot be empty/],
  ];
  for (const [text, marked, message] of wrong) {
    const { start, end, message: found } = problem(text);
    assert.match(found, message, text);
    assert.equal(text.slice(start, end), marked, text);
  }
});

test('no path can make a pattern, and every path is a pattern that means itself', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 8 })
    .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);
  fc.assert(
    fc.property(path, (one) => {
      const pattern = literalPattern(one);
      assert.equal(print(`hide ${pattern}`), `hide ${pattern}`);
      assert.equal(glob`${one}/**`, `${pattern}/**`);
      assert.equal(parsePattern(pattern).value, pattern);
    }),
  );
  assert.throws(() => literalPattern('/a/../b'), RangeError);
});

test('random texts are rules or mistakes with a place', () => {
  const piece = fc.constantFrom(
    'hide',
    'deny',
    ' ',
    'read',
    ',',
    '*',
    '**',
    '/',
    '[',
    ']',
    '{',
    '}',
    '\\',
    'a',
    '#',
    'with',
    'for',
    '!',
    '-',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parseFileRule(text);
      if (parsed.problem) {
        const { start, end } = parsed.problem;
        assert.ok(start >= 0 && start <= end && end <= text.length, `${text}: ${start}-${end}`);
      } else assert.deepEqual(parseFileRule(printFileRule(parsed.value)).value, parsed.value, text);
    }),
    { numRuns: 5000 },
  );
});
