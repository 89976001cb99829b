import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSecrets } from '../../src/cli/secret-option.ts';

test('a secret makes a rule of its origin, or joins the rule that is there', () => {
  assert.deepEqual(withSecrets(['a.example.org:443'], ['KEY@b.example.org:443']), [
    'a.example.org:443',
    { host: 'b.example.org:443', credential: { environment: 'KEY', as: 'bearer' } },
  ]);
  assert.deepEqual(withSecrets(['GET,POST b.example.org:443'], ['KEY@b.example.org:443=header:x-api-key']), [
    {
      host: 'b.example.org:443',
      methods: ['GET', 'POST'],
      credential: { environment: 'KEY', as: { header: 'x-api-key' } },
    },
  ]);
  for (const [place, as] of [
    ['basic:me', { basic: 'me' }],
    ['query:key', { query: 'key' }],
  ] as const)
    assert.deepEqual(withSecrets([], [`KEY@b.example.org:443=${place}`]), [
      { host: 'b.example.org:443', credential: { environment: 'KEY', as } },
    ]);
});

test('a secret that is malformed or given twice is refused', () => {
  for (const text of ['KEY', '@a.example.org:443', 'KEY@a.example.org', 'KEY=value@a.example.org:443'])
    assert.throws(() => withSecrets([], [text]), /A secret is given as NAME@HOST:PORT/, text);
  assert.throws(() => withSecrets([], ['KEY@a.example.org:443=cookie']), /The place of a secret is/);
  assert.throws(() => withSecrets([], ['A@a.example.org:443', 'B@a.example.org:443']), /Two secrets/);
});
