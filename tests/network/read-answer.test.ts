import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, parseAddress } from '../../src/network/address.ts';
import { encodeName } from '../../src/network/dns/encode.ts';
import { encodeQuestion, readServerAnswer, reverseNameOf } from '../../src/network/dns/read-answer.ts';

const question = { id: 0x1234, name: 'www.example', type: 'A' } as const;
const word = (value: number): number[] => [value >> 8, value & 0xff];
const HEADER = 12;

/** An answer to the question with some records, each with its owner as bytes. */
function answer(records: readonly (readonly number[])[], flags = 0x8180): Uint8Array {
  const asked = encodeQuestion(question).subarray(HEADER, -11);
  return Uint8Array.from([
    ...word(0x1234),
    ...word(flags),
    ...word(1),
    ...word(records.length),
    0,
    0,
    0,
    0,
    ...asked,
    ...records.flat(),
  ]);
}

const record = (owner: readonly number[], type: number, data: readonly number[]): number[] => [
  ...owner,
  ...word(type),
  ...word(1),
  0,
  0,
  0,
  60,
  ...word(data.length),
  ...data,
];
const own = word(0xc000 | HEADER);
const address = [192, 0, 2, 1];

test('addresses of a name and of its aliases are found, and others are left out', () => {
  const bytes = answer([
    record(own, 5, encodeName('host.example')),
    record(encodeName('Host.example'), 1, address),
    record(encodeName('evil.example'), 1, [10, 0, 0, 1]),
    record(encodeName('host.example'), 28, [...address, ...address, ...address, ...address]),
    record(encodeName('host.example'), 1, [1, 2, 3]),
  ]);
  const found = readServerAnswer(bytes, question);
  assert.equal(found?.name, 'host.example');
  assert.deepEqual(found.addresses.map(formatAddress), ['192.0.2.1']);
});

test('an answer to another question is none', () => {
  const bytes = answer([record(own, 1, address)]);
  assert.equal(readServerAnswer(bytes, question)?.addresses.length, 1);
  assert.equal(readServerAnswer(bytes, { ...question, id: 1 }), undefined);
  assert.equal(readServerAnswer(bytes, { ...question, name: 'example' }), undefined);
  assert.equal(readServerAnswer(bytes, { ...question, type: 'AAAA' }), undefined);
  assert.equal(readServerAnswer(encodeQuestion(question), question), undefined);
});

test('names that lead to themselves or forward, and messages that end early, are read to an end', () => {
  const loop = answer([record(own, 5, own), record(word(0xc000 | 200), 1, address)]);
  assert.deepEqual(readServerAnswer(loop, question)?.addresses, []);
  const bytes = answer([
    record(own, 5, encodeName('host.example')),
    record(encodeName('host.example'), 1, address),
  ]);
  for (let length = 0; length < bytes.length; length++)
    assert.ok((readServerAnswer(bytes.subarray(0, length), question)?.addresses.length ?? 0) === 0);
});

test('the reverse name of an address is that of its standard', () => {
  const of = (text: string): string => reverseNameOf(parseAddress(text) ?? { family: 'ipv4', bytes: [] });
  assert.equal(of('192.0.2.1'), '1.2.0.192.in-addr.arpa');
  assert.match(of('2001:db8::1'), /^1\.0\.0\..*8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa$/);
});
