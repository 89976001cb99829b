import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { test } from 'node:test';
import { encodeAddress } from '../../src/host/sockets/socket-setup.ts';
import { parseSocketAddress } from '../../src/resources/address.ts';
import fc from '../frame/properties.ts';

const bytesOf = (text: string): string => {
  const parsed = parseSocketAddress(text, '/base');
  return parsed.problem === undefined
    ? Buffer.from(encodeAddress(parsed.address)).toString('hex')
    : parsed.problem;
};

test('addresses become the structures of the host', () => {
  assert.equal(bytesOf('127.0.0.1:80'), '020000507f0000010000000000000000');
  assert.equal(bytesOf('localhost:80'), '020000507f0000010000000000000000');
  assert.equal(bytesOf('[::1]:443'), `0a0001bb00000000${'0'.repeat(30)}01${'0'.repeat(8)}`);
  assert.equal(bytesOf('[fe80:1::1.2.3.4]:1'), '0a00000100000000fe80000100000000000000000102030400000000');
  assert.equal(bytesOf('./s'), `0100${Buffer.from('/base/s\0').toString('hex')}`);
});

test('a numeric address of Node is one here too, and nothing else is', () => {
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,20}$/));
  fc.assert(
    fc.property(text, (host) => {
      const six = parseSocketAddress(`[${host}]:1`, '/').problem === undefined;
      assert.equal(six, isIPv6(host), host);
      const four = parseSocketAddress(`${host}:1`, '/').problem === undefined;
      if (!host.includes(':')) assert.equal(four, isIPv4(host), host);
    }),
    { numRuns: 2000 },
  );
});

test('a path that does not fit into a socket address is refused', () => {
  const problem = parseSocketAddress(`./${'x'.repeat(110)}`, '/base').problem ?? '';
  assert.match(problem, /has 116 bytes, a UNIX socket's path has at most 107$/);
});
