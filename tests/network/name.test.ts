import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLocalhost, isName, parseName } from '../../src/network/name.ts';
import fc from '../frame/properties.ts';

const normal = (text: string): string | undefined => {
  const parsed = parseName(text);
  return 'name' in parsed ? parsed.name : undefined;
};

test('a name is brought into its normal form', () => {
  const forms = {
    'Registry.Example.ORG.': 'registry.example.org',
    'bücher.example': 'xn--bcher-kva.example',
    'BÜCHER。example': 'xn--bcher-kva.example',
    'ｅｘａｍｐｌｅ.org': 'example.org',
    'ﬁ.example': 'fi.example',
    'K.example': 'k.example',
    'r3---sn-a.example.org': 'r3---sn-a.example.org',
    '_dmarc.example.org': '_dmarc.example.org',
    'XN--BCHER-KVA.example': 'xn--bcher-kva.example',
    db: 'db',
  };
  for (const [text, name] of Object.entries(forms)) assert.equal(normal(text), name, text);
});

test('homographs stay different names', () => {
  assert.notEqual(normal('ехample.org'), 'example.org');
  assert.match(normal('ехample.org') ?? '', /^xn--/);
});

test('no text becomes a name that another program reads as an address or as two things', () => {
  const texts = [
    '',
    '.',
    'a..b',
    '.a',
    'a b',
    'a\0b',
    'a\0.example.org',
    'a/b',
    'a?b',
    'a#b',
    'a%41',
    'a@b',
    'a:b',
    'a\\b',
  ];
  const disguised = [
    '0x7f.1',
    '2130706433',
    '127.1',
    '0177.0.0.1',
    '１２７.１',
    '127.0.0.1',
    '1.2.3.4.5',
    'a.0x',
    'a.0x7F',
    'a.1.',
  ];
  const strange = [
    '[::1]',
    '::1',
    '-a.org',
    'a.-b',
    'xn--a.example',
    'a／b',
    'a％41',
    '*.a',
    'a\nb',
    'a\u202eb',
    `${'a'.repeat(64)}.org`,
    `${'a.'.repeat(127)}abc`,
    'a'.repeat(300),
    'ü'.repeat(2000),
  ];
  for (const text of [...texts, ...disguised, ...strange])
    assert.equal(normal(text), undefined, JSON.stringify(text));
});

test('a message about a name shows no control characters', () => {
  for (const text of ['a\x1b[2Jb', 'a\u202eb', '\0', 'a\nb']) {
    const parsed = parseName(text);
    assert.ok('problem' in parsed);
    assert.doesNotMatch(parsed.problem, /\p{C}/u);
  }
});

test('the longest name and label are taken, one more character is not', () => {
  const label = 'a'.repeat(63);
  const longest = `${label}.${label}.${label}.${'a'.repeat(61)}`;
  assert.equal(normal(`${longest}.`), longest);
  assert.equal(normal(`${longest}a`), undefined);
});

test('a normal form is its own normal form, of printable ASCII', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.string({ unit: 'grapheme' })),
      (text) => {
        const name = normal(text);
        if (name === undefined) return;
        assert.match(name, /^[a-z0-9_.-]{1,253}$/);
        assert.equal(normal(name), name);
        assert.ok(isName(name));
      },
    ),
  );
});

test('localhost and what is under it is this machine', () => {
  assert.ok(isLocalhost('localhost') && isLocalhost('a.localhost'));
  assert.ok(!isLocalhost('notlocalhost') && !isLocalhost('localhost.example.org'));
});
