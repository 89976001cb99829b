import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPath, pathPattern } from '../../src/requests/path-pattern.ts';

const cases: readonly (readonly [pattern: string, matching: readonly string[], others: readonly string[]])[] =
  [
    ['/', ['/', '/?a=/b'], ['', '/a', '//', '*', 'http://example.org/']],
    [
      '/v1/messages',
      ['/v1/messages', '/v1/%6dessages', '/v1/messages?x'],
      ['/v1/messages/', '/v1', '/V1/messages'],
    ],
    ['/v1/*', ['/v1/a', '/v1/a.b'], ['/v1/', '/v1/a/b', '/v1', '/v1/%2e%2e', '/v1/..', '/v1/.']],
    [
      '/files/**',
      ['/files', '/files/', '/files/a/b'],
      ['/filesx', '/files//a', '/files/../x', '/files/%2E%2E/x'],
    ],
    ['/**/log', ['/log', '/a/log', '/a/b/log'], ['/a/logs', '/log/a']],
    ['/p*e/x-*-y', ['/pe/x-1-y', '/pipe/x--y'], ['/p/x-1-y', '/pe/x-y']],
    ['/a/**/b/**/c', ['/a/b/c', '/a/x/b/y/z/c'], ['/a/c', '/a/b', '/a/c/b']],
  ];

for (const [pattern, matching, others] of cases) {
  test(`the pattern ${pattern} matches what it says, and nothing else`, () => {
    const made = pathPattern(pattern);
    for (const path of matching) assert.ok(matchesPath(made, path), path);
    for (const path of others) assert.ok(!matchesPath(made, path), path);
  });
}

test('a path that servers may read in two ways matches no pattern', () => {
  const all = pathPattern('/**');
  const ambiguous = [
    '/a%2fb',
    '/a%2Fb',
    '/a\\b',
    '/a%5cb',
    '/a%00',
    '/a%0d%0a',
    '/%',
    '/%2',
    '/%zz',
    '/a b',
    '/a#b',
    '/ä',
  ];
  for (const path of ambiguous) assert.ok(!matchesPath(all, path), path);
  assert.ok(matchesPath(all, '/a%20b%C3%A4'));
});

test('a pattern that is no path is refused', () => {
  for (const text of ['', 'a', '/a**', '/../a', '/a//b', '/%2e%2e'])
    assert.throws(() => pathPattern(text), RangeError);
});

test('a long path costs no more than the product of the lengths', () => {
  const made = pathPattern(`/${'**/a/'.repeat(50)}b`);
  assert.ok(!matchesPath(made, `/${'a/'.repeat(2000)}c`));
});
