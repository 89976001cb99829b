import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '../../src/network/address.ts';
import { classOf } from '../../src/network/address-class.ts';
import {
  isSynthetic,
  PROGRAM_IPV4,
  PROGRAM_IPV6,
  RESOLVER_ADDRESS,
  SyntheticTable,
} from '../../src/network/synthetic.ts';

test('a name keeps its pair of addresses, and both lead back to it', () => {
  const table = new SyntheticTable();
  const first = table.addressesOf('a.example.org');
  assert.equal(formatAddress(first.ipv4), '198.18.1.0');
  assert.equal(formatAddress(first.ipv6), 'fdcb:ab1:1818:1::100');
  const second = table.addressesOf('b.example.org');
  assert.deepEqual(table.addressesOf('a.example.org'), first);
  assert.equal(table.nameOf(first.ipv4), 'a.example.org');
  assert.equal(table.nameOf(second.ipv6), 'b.example.org');
  for (const one of [RESOLVER_ADDRESS, PROGRAM_IPV4, PROGRAM_IPV6])
    assert.equal(table.nameOf(one), undefined);
  assert.ok(isSynthetic(first.ipv4) && isSynthetic(first.ipv6));
  assert.notEqual(classOf(first.ipv4), 'public');
});

test('a full table forgets the name that was unused longest, and gives its address away last', () => {
  const table = new SyntheticTable(3);
  const pairs = ['a', 'b', 'c'].map((name) => table.addressesOf(name));
  assert.equal(table.nameOf(pairs[0]?.ipv4 ?? PROGRAM_IPV4), 'a');
  const fourth = table.addressesOf('d');
  assert.equal(table.size, 3);
  assert.equal(table.nameOf(pairs[1]?.ipv4 ?? PROGRAM_IPV4), undefined);
  assert.equal(table.nameOf(pairs[0]?.ipv6 ?? PROGRAM_IPV6), 'a');
  assert.ok(pairs.every(({ ipv4 }) => formatAddress(ipv4) !== formatAddress(fourth.ipv4)));
});

test('more names than there are addresses can be looked up, in bounded memory', () => {
  const table = new SyntheticTable();
  for (let i = 0; i < 200_000; i++) {
    const { ipv4, ipv6 } = table.addressesOf(`n${i}.example.org`);
    if (i % 20_011 !== 0) continue;
    assert.equal(table.nameOf(ipv4), `n${i}.example.org`);
    assert.equal(table.nameOf(ipv6), `n${i}.example.org`);
    assert.ok(isSynthetic(ipv4) && isSynthetic(ipv6), formatAddress(ipv4));
  }
  assert.equal(table.size, 65_000);
});
