import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { namespacesFailure, tryNamedNetwork } from '../../src/worlds/probe.ts';

test('the probe of a network of hosts tells of IPv6 as this host has it, and leaves no descriptor behind', (t) => {
  if (namespacesFailure() !== undefined) return t.skip('no namespaces here');
  const count = (): number => readdirSync('/proc/self/fd').length;
  // Some descriptors are opened once and stay.
  tryNamedNetwork();
  const before = count();
  const found = tryNamedNetwork();
  assert.equal(count(), before);
  assert.ok('ipv6' in found, JSON.stringify(found));
  const six = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ family }) => family === 'IPv6'),
  );
  if (six) assert.ok(found.ipv6);
});
