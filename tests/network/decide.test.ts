import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../src/network/address.ts';
import { decide, decideAddresses, decideLookup } from '../../src/network/decide.ts';
import { describeDenial, remedyOption, remedyYaml } from '../../src/network/describe-denial.ts';
import { parseException, parseRule } from '../../src/network/parse-rule.ts';
import type { NetworkRules, PortProtocol } from '../../src/network/rule.ts';
import type { Attempt, Verdict } from '../../src/network/verdict.ts';

const address = (text: string) => parseAddress(text) ?? assert.fail(`${text} is no address`);

function rules(allow: string, except = ''): NetworkRules {
  const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');
  return {
    allow: words(allow).map((text) => parseRule(text).value ?? assert.fail(text)),
    except: words(except).map((text) => parseException(text).value ?? assert.fail(text)),
  };
}

function attempt(host: string, port: number, protocol: PortProtocol = 'tcp'): Attempt {
  const literal = parseAddress(host);
  return {
    host: literal ? { kind: 'address', address: literal } : { kind: 'name', name: host },
    port,
    protocol,
  };
}

/** The decision in one text: the addresses to dial, or the reason with its remedy. */
function ends(verdict: Verdict): string {
  if (verdict.kind === 'allowed') return verdict.addresses.map(formatAddress).join(' ');
  if (verdict.kind === 'resolve') return `resolve ${verdict.name}`;
  const { denial, remedy } = verdict;
  return `${describeDenial(denial)}; ${remedyOption(remedy) ?? 'nothing grants it'}`;
}

/** Decides about a name that has some addresses now. */
function named(given: NetworkRules, host: string, port: number, addresses: string): string {
  const asked = attempt(host, port);
  const verdict = decide(given, asked);
  if (verdict.kind !== 'resolve') return ends(verdict);
  return ends(decideAddresses(given, asked, verdict.rule, addresses.split(' ').map(address)));
}

test('a name is granted on its port and protocol, and on no other', () => {
  const given = rules('registry.example.org:443');
  assert.equal(ends(decide(given, attempt('registry.example.org', 443))), 'resolve registry.example.org');
  assert.equal(
    ends(decide(given, attempt('registry.example.org', 80))),
    'the rule registry.example.org:443 grants only TCP port 443; --net registry.example.org:80',
  );
  assert.match(
    ends(decide(given, attempt('registry.example.org', 443, 'udp'))),
    /--net registry\.example\.org:443\/udp/,
  );
  assert.equal(ends(decide(given, attempt('example.org', 443))), 'no rule grants it; --net example.org:443');
  assert.match(ends(decide(given, attempt('aregistry.example.org', 443))), /no rule/);
  assert.match(ends(decide(given, attempt('registry.example.org.evil.net', 443))), /no rule/);
});

test('one star is exactly one label, two are one or more', () => {
  const one = rules('*.example.org:443');
  const more = rules('**.example.org:443');
  const granted = (given: NetworkRules, name: string): boolean =>
    decide(given, attempt(name, 443)).kind === 'resolve';
  assert.ok(
    granted(one, 'a.example.org') && granted(more, 'a.example.org') && granted(more, 'a.b.example.org'),
  );
  for (const name of ['a.b.example.org', 'example.org', 'aexample.org']) assert.ok(!granted(one, name), name);
  for (const name of ['example.org', 'aexample.org', 'example.org.a']) assert.ok(!granted(more, name), name);
});

test('a granted name leads to no address of another class than public, unless that is granted too', () => {
  const given = rules('a.example.org:443');
  assert.equal(named(given, 'a.example.org', 443, '8.8.8.8 10.0.0.1 2606:4700::1'), '8.8.8.8 2606:4700::1');
  const others = [
    '10.0.0.1',
    '127.0.0.1',
    '169.254.1.1',
    '169.254.169.254',
    '224.0.0.1',
    '0.0.0.0',
    '198.18.3.4',
    '192.0.2.1',
  ];
  const hidden = [
    '::1',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:a00:1::',
    '::ffff:0:10.0.0.1',
  ];
  for (const other of [...others, ...hidden])
    assert.match(named(given, 'a.example.org', 443, other), /^its address/, other);
  assert.match(named(given, 'a.example.org', 443, '10.0.0.1'), /--net 10\.0\.0\.1:443$/);
  assert.match(named(given, 'a.example.org', 443, '127.0.0.1'), /--net localhost:443$/);
  assert.match(named(given, 'a.example.org', 443, '0.0.0.0'), /nothing grants it$/);
  assert.equal(
    named(rules('a.example.org:443 private:443'), 'a.example.org', 443, '10.0.0.1 127.0.0.1'),
    '10.0.0.1',
  );
  assert.equal(
    named(rules('a.example.org:443 10.0.0.0/24:443'), 'a.example.org', 443, '10.0.0.1 10.0.1.1'),
    '10.0.0.1',
  );
  assert.match(
    named(rules('a.example.org:443 private:80'), 'a.example.org', 443, '10.0.0.1'),
    /^its address/,
  );
});

test('a prefix holds the addresses of another class only if it names nothing else', () => {
  const all = rules('0.0.0.0/0:80 [::]/0:80');
  const refused = [
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '64:ff9b::a00:1',
  ];
  for (const text of refused) assert.equal(decide(all, attempt(text, 80)).kind, 'refused', text);
  assert.equal(decide(all, attempt('8.8.8.8', 80)).kind, 'allowed');
  const local = rules('169.254.0.0/16:80 10.0.0.0/8:80');
  assert.equal(decide(local, attempt('10.1.1.1', 80)).kind, 'allowed');
  assert.equal(ends(decide(local, attempt('::ffff:10.1.1.1', 80))), '10.1.1.1');
  assert.equal(decide(local, attempt('169.254.1.1', 80)).kind, 'allowed');
  assert.equal(decide(local, attempt('169.254.169.254', 80)).kind, 'refused');
  assert.equal(decide(rules('169.254.169.254:80'), attempt('169.254.169.254', 80)).kind, 'allowed');
  assert.equal(decide(rules('metadata:80'), attempt('169.254.169.254', 80)).kind, 'allowed');
});

test('localhost is the loopback of the host at this port, under all of its names', () => {
  const given = rules('localhost:5432');
  assert.equal(ends(decide(given, attempt('127.0.0.1', 5432))), '127.0.0.1');
  assert.equal(ends(decide(given, attempt('::1', 5432))), '::1');
  assert.equal(ends(decide(given, attempt('db.localhost', 5432))), '127.0.0.1 ::1');
  assert.match(ends(decide(given, attempt('127.0.0.1', 5433))), /--net localhost:5433/);
  assert.equal(decide(given, attempt('127.0.0.2', 5432)).kind, 'refused');
  assert.equal(decide(rules('loopback:5432'), attempt('127.0.0.2', 5432)).kind, 'allowed');
});

test('exceptions come before rules, for names and for their addresses', () => {
  const given = rules(
    '**.example.org:443 public:443 10.0.0.0/8:443',
    'ads.example.org 9.9.9.9 10.1.0.0/16 b.example.org:80',
  );
  assert.equal(
    ends(decide(given, attempt('ads.example.org', 443))),
    'ads.example.org is excepted; without --net-except ads.example.org',
  );
  assert.equal(named(given, 'a.example.org', 443, '9.9.9.9 8.8.8.8'), '8.8.8.8');
  assert.match(named(given, 'a.example.org', 443, '9.9.9.9'), /its address is 9\.9\.9\.9/);
  assert.match(named(given, 'a.example.org', 443, '64:ff9b::9.9.9.9'), /9\.9\.9\.9 is excepted/);
  assert.match(ends(decide(given, attempt('10.1.2.3', 443))), /is excepted/);
  assert.equal(ends(decide(given, attempt('10.2.2.3', 443))), '10.2.2.3');
  assert.equal(ends(decide(given, attempt('b.example.org', 443))), 'resolve b.example.org');
});

test('public grants every name as far as its addresses are public', () => {
  const given = rules('public:443');
  assert.equal(named(given, 'a.example.net', 443, '8.8.8.8'), '8.8.8.8');
  assert.match(named(given, 'a.example.net', 443, '192.168.0.1'), /^its address/);
  assert.equal(decideLookup(given, 'a.example.net').kind, 'known');
  assert.equal(decideLookup(rules('private:443 10.0.0.0/8:1-65535'), 'a.example.net').kind, 'refused');
});

test('a name is looked up only if some port of it is granted', () => {
  const given = rules('*.example.org:443 b.example.net:53/udp', 'x.example.org y.example.org:443');
  const known = (name: string): boolean => decideLookup(given, name).kind === 'known';
  assert.ok(known('a.example.org') && known('b.example.net') && known('y.example.org') && known('localhost'));
  assert.ok(!known('x.example.org') && !known('example.org') && !known('a.b.example.org'));
});

test('a synthetic address that stands for no name reaches nothing', () => {
  assert.match(
    ends(decide(rules('public:443 0.0.0.0/0:443'), attempt('198.18.7.7', 443))),
    /looked up again/,
  );
});

test('the remedy is written as options and as YAML have it', () => {
  const verdict = decide(rules(''), attempt('2001:4860::8888', 443));
  assert.ok(verdict.kind === 'refused');
  assert.equal(remedyOption(verdict.remedy), "--net '[2001:4860::8888]:443'");
  assert.equal(remedyYaml(verdict.remedy), "network: { hosts: ['[2001:4860::8888]:443'] }");
});
