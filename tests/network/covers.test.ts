import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/network/address.ts';
import { coversRule } from '../../src/network/covers.ts';
import { decide, decideAddresses } from '../../src/network/decide.ts';
import { parseRule } from '../../src/network/parse-rule.ts';
import type { NetworkRule } from '../../src/network/rule.ts';
import type { Attempt } from '../../src/network/verdict.ts';

function rule(text: string): NetworkRule {
  const parsed = parseRule(text);
  assert.ok(!parsed.problem, text);
  return parsed.value;
}

const hosts = [
  ...[
    'a.example.org',
    'b.a.example.org',
    'example.org',
    '*.example.org',
    '**.example.org',
    '*.a.example.org',
  ],
  ...[
    '**.a.example.org',
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.3',
    '0.0.0.0/0',
    '8.0.0.0/6',
    '1.1.1.1',
    '1.1.1.0/24',
  ],
  ...[
    'public',
    'private',
    'loopback',
    'metadata',
    'localhost',
    '169.254.169.254',
    '[2001:4860::]/32',
    '[::]/0',
    '[fd00::]/8',
  ],
];
const names = [
  'example.org',
  'a.example.org',
  'b.a.example.org',
  'c.b.a.example.org',
  'localhost',
  'other.example.com',
];
const addresses = [
  ...[
    '10.0.0.0',
    '10.1.0.0',
    '10.1.2.3',
    '10.255.255.255',
    '11.0.0.1',
    '8.8.8.8',
    '1.1.1.1',
    '127.0.0.1',
    '127.0.0.2',
  ],
  ...['192.168.1.1', '169.254.169.254', '169.254.1.1', '2001:4860::1', '::1', 'fd00::1', 'fe80::1'],
].flatMap((text) => parseAddress(text) ?? parseAddress(`[${text}]`) ?? []);

/** Says whether a connection can come about, by any address that its name may have. */
function allows(one: NetworkRule, attempt: Attempt): boolean {
  const rules = { allow: [one], except: [] };
  const verdict = decide(rules, attempt);
  if (verdict.kind !== 'resolve') return verdict.kind === 'allowed';
  return decideAddresses(rules, attempt, verdict.rule, addresses).kind === 'allowed';
}

test('a rule that covers another allows all that it allows', () => {
  const attempts = [443, 80].flatMap((port): readonly Attempt[] => [
    ...names.map((name): Attempt => ({ host: { kind: 'name', name }, port, protocol: 'tcp' })),
    ...addresses.map((address): Attempt => ({ host: { kind: 'address', address }, port, protocol: 'tcp' })),
  ]);
  assert.equal(addresses.length, 16);
  let covered = 0;
  for (const outer of hosts)
    for (const inner of hosts) {
      const [wide, narrow] = [rule(`${outer}:443`), rule(`${inner}:443`)];
      if (!coversRule([wide], narrow)) continue;
      covered++;
      for (const attempt of attempts)
        assert.ok(!allows(narrow, attempt) || allows(wide, attempt), `${outer} covers ${inner}`);
    }
  // Each covers itself, but for ranges of which it cannot be told.
  assert.ok(covered > hosts.length, String(covered));
});

test('ports and protocols are covered by several rules together', () => {
  const outer = ['a.example.org:1-10', '*.example.org:11-20', 'b.example.org:21-30'].map(rule);
  assert.ok(coversRule(outer, rule('a.example.org:5-15')));
  assert.ok(!coversRule(outer, rule('a.example.org:5-21')));
  assert.ok(!coversRule(outer, rule('a.example.org:5/udp')));
});
