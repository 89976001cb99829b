import { deepStrictEqual, ok } from 'node:assert/strict';
import { type NameAnswer, replyTo } from '../../src/nscd/answer.ts';
import { type NameQuestion, readRequest } from '../../src/nscd/request.ts';
import { readReply } from '../../tests/frame/nscd/c-library.ts';
import { type Target, textOf } from '../target.ts';

/** Bytes of a request; what follows is what a compromised service answers. */
const REQUEST = 40;

/** Requests of a program to the name services, and answers of a service that lies. */
export const nameServices: Target = {
  name: 'name-services',
  promise:
    'a request is refused or answered once, and every reply is one that the C library reads to its end',
  words: [
    '\x02\0\0\0',
    '\x05\0\0\0root\0',
    '\x0f\0\0\0',
    '\x10\0\0\0',
    'ssh/tcp\0',
    '5632/\0',
    '1000\0',
    '\xff\xff\xff\xff',
    ':',
    '\n',
    ',',
  ],
  maximumLength: 400,
  run(bytes) {
    const request = readRequest(bytes.subarray(0, REQUEST));
    for (let length = 0; length < Math.min(bytes.length, REQUEST); length++)
      if (readRequest(bytes.subarray(0, length)).kind === 'question' && request.kind === 'question')
        throw new Error('A request that was whole takes more bytes');
    if (request.kind === 'incomplete' || request.kind === 'malformed') return;
    const question: NameQuestion =
      request.kind === 'question' ? request.question : { kind: 'user', name: '' };
    for (const answer of answersFrom(bytes.subarray(REQUEST), question)) {
      const reply = replyTo(request.type, question, answer);
      ok(reply !== undefined || request.kind === 'other');
      if (reply === undefined) continue;
      const read = readReply(request.type, reply);
      if (answer.kind === 'none' || answer.kind === 'later') deepStrictEqual(read.found, 0);
      for (const text of read.texts) ok(!/[\n:]/.test(text), 'a text breaks a line of a file');
    }
  },
};

/** Makes answers out of bytes: texts, numbers and addresses of an attacker, with and without the name that was asked for. */
function answersFrom(bytes: Uint8Array, question: NameQuestion): readonly NameAnswer[] {
  const words = textOf(bytes).split('|');
  const [a = '', b = '', c = '', d = ''] = words;
  const number = (bytes[0] ?? 0) * 0x0101_0101;
  const name = 'name' in question ? question.name : a;
  const id = 'id' in question ? question.id : number;
  const addresses = words.map((word) => Buffer.from(word));
  return [
    { kind: 'none' },
    { kind: 'later' },
    { kind: 'not served' },
    { kind: 'user', user: { name, password: a, uid: id, gid: number, gecos: b, home: c, shell: d } },
    { kind: 'group', group: { name, password: a, gid: id, members: words } },
    { kind: 'groups', ids: [...bytes] },
    { kind: 'host', host: { name, addresses: [...addresses, bytes.subarray(0, 4), bytes.subarray(0, 16)] } },
    {
      kind: 'service',
      service: {
        name,
        protocol: 'protocol' in question ? question.protocol || a : a,
        port: 'port' in question ? question.port : number,
        aliases: words,
      },
    },
  ];
}
