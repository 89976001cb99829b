import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generate } from '../../src/abi/generate.ts';
import { calls } from '../../src/abi/generated/calls.ts';
import {
  allRights,
  allRightsHigh,
  allRightsLow,
  Errno,
  Filetype,
  Rights,
  RightsHigh,
  RightsLow,
  rightsNames,
  signalActions,
} from '../../src/abi/generated/constants.ts';
import { nameOf, namesOf } from '../../src/abi/names.ts';
import { rightsFromHalves, rightsHigh, rightsLow } from '../../src/abi/rights.ts';

const text = readFileSync('spec/cloudabi.abi', 'utf8');

for (const [path, expected] of generate(text)) {
  test(`${path} is what the specification gives`, () => {
    assert.ok(readFileSync(path, 'utf8') === expected, `${path} is stale: run 'npm run generate'`);
  });
}

test('there are 49 calls, sorted by name', () => {
  const names = calls.map(({ name }) => name);
  assert.equal(names.length, 49);
  assert.deepEqual(names, [...names].sort());
});

test('every right is needed by some call, and every call needs only rights there are', () => {
  const needed = new Set(calls.flatMap(({ needs }) => needs.flatMap(({ rights }) => rights)));
  assert.deepEqual([...needed].sort(), Object.keys(Rights).sort());
});

test('every call that takes rights from a descriptor names the descriptor', () => {
  for (const call of calls) {
    for (const { descriptor } of [...call.needs, ...call.bounds]) {
      const [argument] = descriptor.split('.');
      assert.ok(
        call.inputs.some(({ name }) => name === argument),
        `${call.name}: ${descriptor}`,
      );
    }
  }
});

test('only the calls that end something do not return', () => {
  assert.deepEqual(
    calls.filter(({ returns }) => !returns).map(({ name }) => name),
    ['proc_exit', 'thread_exit'],
  );
});

test('a positional read needs the right to read and the right to seek', () => {
  const call = calls.find(({ name }) => name === 'fd_pread');
  assert.deepEqual(call?.needs, [
    { descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_read', 'fd_seek'] },
  ]);
  assert.deepEqual(
    call?.inputs.flatMap(({ words }) => words.map(({ name, word }) => `${name}: ${word}`)),
    ['fd: u32', 'iovs: address', 'iovs_len: size', 'offset: u64'],
  );
});

test('the two halves of a right make the right, and neither is negative', () => {
  for (const [name, right] of Object.entries(Rights)) {
    const low = Object.entries(RightsLow).find(([key]) => key === name)?.[1] ?? -1;
    const high = Object.entries(RightsHigh).find(([key]) => key === name)?.[1] ?? -1;
    assert.ok((low | 0) >= 0 && (high | 0) >= 0, name);
    assert.equal(rightsFromHalves(low, high), right, name);
    assert.deepEqual([rightsLow(right), rightsHigh(right)], [low, high], name);
  }
  assert.equal(rightsFromHalves(allRightsLow, allRightsHigh), allRights);
});

test('halves survive bitwise operators', () => {
  assert.equal(rightsFromHalves(-1 & -1, -1 | 0), 0xffff_ffff_ffff_ffffn);
});

test('values keep the numbers that existing executables were built with', () => {
  assert.equal(Errno['2big'], 1);
  assert.equal(Errno.notcapable, 76);
  assert.equal(Filetype.socket_stream, 0x82);
  assert.equal(Rights.sock_shutdown, 0x8000000000n);
  assert.equal(Object.keys(Errno).length, 77);
  assert.equal(Object.keys(Rights).length, 31);
});

test('values are printed by name, and by number where they have none', () => {
  assert.equal(nameOf(rightsNames, 2n), 'fd_read');
  assert.equal(nameOf(rightsNames, 3n), '3');
  assert.deepEqual(namesOf(rightsNames, 0x800n | 3n), ['fd_datasync', 'fd_read', '0x800']);
  assert.equal(signalActions.get(19), 'stop');
});
