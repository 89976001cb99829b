import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOfBytes, formatHost, type IpAddress, parseAddress } from '../../src/network/address.ts';
import { parseAnyRule, printAnyRule } from '../../src/policy/any-rule.ts';
import { Matcher } from '../../src/policy/decide.ts';
import { grantingRule } from '../../src/policy/granting-rule.ts';
import { parsePattern, pattern } from '../../src/policy/pattern.ts';
import { parseSocketPattern, textsOfSockets } from '../../src/policy/socket-pattern.ts';
import { nameOfSocket, textOfAddress } from '../../src/policy/socket-text.ts';
import { compileTable } from '../../src/policy/table.ts';
import fc from '../frame/properties.ts';

/** Tells whether a rule about sockets decides about a text. */
function decides(socket: string, text: string): boolean {
  const { value, problem } = parseSocketPattern(socket);
  if (problem) assert.fail(`${socket}: ${problem.message}`);
  const source = { text: socket, place: '' };
  const rule = { action: { kind: 'ask' }, categories: ['net/connect'], source } as const;
  const table = compileTable([{ ...rule, patterns: textsOfSockets(value) }], () => undefined);
  return new Matcher(table).decide('net/connect', Buffer.from(text, 'latin1')).rule === 0;
}

function address(text: string): IpAddress {
  return parseAddress(text) ?? assert.fail(text);
}

test('rules about sockets are read, and written as they were', () => {
  for (const text of [
    'deny net/connect 10.0.0.0/8:*',
    'deny(EPERM) net/connect 10.0.0.1:80,443 [2001:db8::]/32:8000-8010 *:25',
    'ask net/connect /run/** @name-*',
    'log net/connect *',
    'allow net/connect @** for /usr/bin/curl',
    'kill net/connect * for /usr/bin/*',
  ]) {
    const { value, problem } = parseAnyRule(text);
    assert.equal(problem, undefined, text);
    assert.ok(value?.kind === 'sockets', text);
    assert.equal(printAnyRule(value), text);
  }
  assert.equal(parseAnyRule('deny net/connect *').value?.kind, 'calls');
  assert.equal(parseAnyRule('deny net/bind,net/connect *').value?.kind, 'calls');
});

test('a mistake in a rule about sockets is pointed at', () => {
  for (const [text, wanted, at] of [
    ['deny net/connect example.org:443', /names of hosts are granted with '--net'/, 'example.org'],
    ['deny net/connect 10.0.0.1/8', /write '10\.0\.0\.0\/8'/, '10.0.0.1/8'],
    ['deny net/connect 10.0.0.0/40', /a number from 0 to 32/, '10.0.0.0/40'],
    ['deny net/connect ::1', /no address of a socket/, ':'],
    ['deny net/connect [::ffff:10.0.0.1]:80', /stands for IPv4/, '[::ffff:10.0.0.1]'],
    ['deny net/connect 10.0.0.1:http', /write '80' instead/, 'http'],
    ['deny net/connect 10.0.0.1:90-80', /ends before it begins/, '90-80'],
    ['deny net/connect /run/[', /bracket/, '['],
    ['hide net/connect 10.0.0.0/8', /one of the actions allow, deny/, 'hide'],
    ['deny net/connect *:80 for', /needs the pattern of an executable/, 'for'],
    ['deny(EWRONG) net/connect *:80', /no error 'EWRONG'/, 'deny(EWRONG)'],
    ['deny net/bind 10.0.0.0/8', /does not see addresses/, '10.0.0.0/8'],
  ] as const) {
    const { problem } = parseAnyRule(text);
    assert.match(problem?.message ?? 'none', wanted, text);
    if (at !== ':') assert.equal(text.slice(problem?.start, problem?.end), at, text);
  }
});

test('prefixes and ranges of ports are about their addresses and ports alone', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((all) => {
      all[0] = 0x20; // neither a mapped address nor no address
      return all;
    }),
  );
  const port = fc.oneof(fc.nat(65535), fc.constantFrom(0, 1, 15, 16, 255, 256, 4095, 4096, 65535));
  const property = fc.property(
    bytes,
    fc.nat(128),
    port,
    port,
    fc.nat(127),
    port,
    (host, some, a, b, flip, tried) => {
      const bits = some % (8 * host.length + 1);
      const first = Math.max(1, Math.min(a, b));
      const last = Math.max(first, a, b);
      const base = host.map((byte, index) => byte & (0xff00 >> Math.min(Math.max(bits - 8 * index, 0), 8)));
      const rule = `${formatHost(addressOfBytes(base))}/${bits}:${first}-${last}`;
      // An address of the prefix, of which one bit is another one.
      const at = flip % (8 * host.length);
      const other = host.map((byte, index) => (index === at >> 3 ? byte ^ (0x80 >> (at & 7)) : byte));
      const own = first <= tried && tried <= last;
      assert.equal(decides(rule, textOfAddress(addressOfBytes(host), tried)), own, rule);
      assert.equal(decides(rule, textOfAddress(addressOfBytes(other), tried)), own && at >= bits, rule);
    },
  );
  fc.assert(property, { numRuns: 150 });
});

test('each kind of socket is matched by its own patterns, and all by a star', () => {
  const texts = {
    four: textOfAddress(address('10.1.2.3'), 443),
    six: textOfAddress(address('2001:db8::1'), 443),
    path: '/u/run/x.sock',
    name: '/@name',
    path_of_name: '/@/tmp/.X11-unix/X0',
    odd: '/@\0\xff//',
    other: '/o',
  };
  const matched = (socket: string): readonly string[] =>
    Object.entries(texts).flatMap(([name, text]) => (decides(socket, text) ? [name] : []));
  assert.deepEqual(matched('*'), Object.keys(texts));
  assert.deepEqual(matched('*:443'), ['four', 'six']);
  assert.deepEqual(matched('*:*'), ['four', 'six']);
  assert.deepEqual(matched('*:444'), []);
  assert.deepEqual(matched('10.0.0.0/8'), ['four']);
  assert.deepEqual(matched('0.0.0.0/0:*'), ['four']);
  assert.deepEqual(matched('[::]/0:*'), ['six']);
  assert.deepEqual(matched('/**'), ['path']);
  assert.deepEqual(matched('/run/*'), ['path']);
  assert.deepEqual(matched('@**'), ['name', 'path_of_name', 'odd']);
  assert.deepEqual(matched('@na*'), ['name']);
  assert.deepEqual(matched('@/tmp/**'), ['path_of_name']);
});

test('an address within IPv6 is one of IPv4, and texts are named as rules name them', () => {
  const mapped = textOfAddress(address('::ffff:10.1.2.3'), 80);
  assert.equal(mapped, textOfAddress(address('10.1.2.3'), 80));
  for (const [text, name] of [
    [mapped, '10.1.2.3:80'],
    [textOfAddress(address('::1'), 8080), '[::1]:8080'],
    ['/u/run/x.sock', '/run/x.sock'],
    ['/@name', '@name'],
    ['/u', 'a UNIX socket without a path'],
    ['/o', 'a socket of another family'],
  ] as const)
    assert.equal(nameOfSocket(text), name);
});

test('the rule that a question would grant is about its socket alone', () => {
  for (const name of ['10.1.2.3:80', '[::1]:80', '/run/a [b]*.sock', '@na me*', '@x\u001b[2J']) {
    const text = grantingRule({}, 'net/connect', name) ?? assert.fail(name);
    assert.ok(!/[\p{C}]/u.test(text), name);
    const { value } = parseAnyRule(text);
    assert.ok(value?.kind === 'sockets', text);
    assert.equal(value.rule.sockets.length, 1);
  }
  assert.equal(
    grantingRule({ executables: [pattern('/bin/a')] }, 'net/connect', '10.1.2.3:80'),
    'allow net/connect 10.1.2.3:80 for /bin/a',
  );
  assert.ok(decides('@na\\ me\\*', '/@na me*') && !decides('@na\\ me\\*', '/@na mex'));
  assert.equal(grantingRule({}, 'net/connect', 'a socket of another family'), undefined);
  assert.equal(parsePattern('/@').value, '/@');
});
