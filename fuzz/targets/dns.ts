import { deepStrictEqual, ok } from 'node:assert/strict';
import { answerQuery } from '../../src/network/dns/answer.ts';
import { decodeQuery } from '../../src/network/dns/decode.ts';
import { encodeAnswer, encodeUdpAnswer } from '../../src/network/dns/encode.ts';
import type { NetworkRules } from '../../src/network/rule.ts';
import { SyntheticTable } from '../../src/network/synthetic.ts';
import type { Target } from '../target.ts';

const rules: NetworkRules = {
  allow: [
    {
      host: { kind: 'labels', suffix: 'example.org' },
      ports: [{ first: 443, last: 443 }],
      protocol: 'tcp',
    },
  ],
  except: [{ host: { kind: 'name', name: 'ads.example.org' }, all: true }],
};

/** Messages of a program to its resolver. */
export const dns: Target = {
  name: 'dns',
  promise:
    'a message is left alone, or has one answer that a plain reader understands and that is no question',
  words: [
    '\x07example\x03org\0',
    '\x03www',
    '\x03ads',
    '\x09localhost\0',
    '\x011\x011\x0218\x03198\x07in-addr\x04arpa\0',
    '\xc0\x0c',
    '\xc0\xff',
    '\0\x01\0\x01',
    '\0\x1c\0\x01',
    '\0\x0c\0\x01',
    '\0\xff\0\xff',
    '\0\0\x29\x10\0\0\0\0\0\0\0',
    '\x3f',
    '\x40',
  ],
  maximumLength: 700,
  run(bytes) {
    const decoded = decodeQuery(bytes);
    if (decoded.kind === 'ignored') return;
    if (decoded.kind === 'error') return checkIsAnswer(bytes, decoded.reply);
    const { query } = decoded;
    deepStrictEqual(query.name, plainName(bytes));
    const table = new SyntheticTable();
    table.addressesOf('www.example.org');
    const { answer, refused } = answerQuery(query, rules, table);
    ok(refused === undefined || answer.records.length === 0);
    const whole = encodeAnswer(query, answer);
    const short = encodeUdpAnswer(query, answer);
    for (const reply of [whole, short]) checkIsAnswer(bytes, reply);
    ok(short.length <= Math.max(512, Math.min(query.edns?.payload ?? 0, 1232)));
    deepStrictEqual(readRecords(whole), answer.records.length);
  },
};

function checkIsAnswer(question: Uint8Array, reply: Uint8Array): void {
  deepStrictEqual(reply.subarray(0, 2), question.subarray(0, 2));
  deepStrictEqual(decodeQuery(reply), { kind: 'ignored' });
}

/** The name of the first question, read without bounds: a second reader. */
function plainName(bytes: Uint8Array): string | undefined {
  const labels: string[] = [];
  for (let at = 12; (bytes[at] ?? 0) !== 0; at += 1 + (bytes[at] ?? 0))
    labels.push(Buffer.from(bytes).toString('latin1', at + 1, at + 1 + (bytes[at] ?? 0)));
  const name = labels.join('.').toLowerCase();
  const last = labels.at(-1)?.toLowerCase() ?? '';
  const good = labels.length > 0 && labels.every((label) => /^[a-z0-9_][a-z0-9_-]*$/i.test(label));
  return good && !/^(?:\d+|0x[\da-f]*)$/.test(last) ? name : undefined;
}

/** Counts the records of an answer by walking over them; throws where they do not fill it. */
function readRecords(reply: Uint8Array): number {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.length);
  let at = 12;
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
  at += 5;
  const [answers, additional] = [view.getUint16(6), view.getUint16(10)];
  for (let record = 0; record < answers + additional; record++) {
    at += view.getUint8(at) === 0 ? 1 : 2;
    at += 10 + view.getUint16(at + 8);
  }
  deepStrictEqual(at, reply.length);
  return answers;
}
