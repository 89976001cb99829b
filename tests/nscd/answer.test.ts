import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NameAnswer, replyTo } from '../../src/nscd/answer.ts';
import { type NameQuestion, RequestKind } from '../../src/nscd/request.ts';
import { readReply } from '../frame/nscd/c-library.ts';

const alice = {
  name: 'alice',
  password: 'x',
  uid: 1000,
  gid: 1000,
  gecos: 'Alice Ä',
  home: '/home/alice',
  shell: '/bin/sh',
};
const wheel = { name: 'wheel', password: 'x', gid: 10, members: ['root', 'alice'] };
const ssh = { name: 'ssh', protocol: 'tcp', port: 22, aliases: ['secsh'] };
const four = Uint8Array.of(192, 0, 2, 1);
const six = Uint8Array.from({ length: 16 }, (_, index) => index);

const reply = (type: number, question: NameQuestion, answer: NameAnswer): ReturnType<typeof readReply> =>
  readReply(type, replyTo(type, question, answer) ?? assert.fail());

test('answers are replies that the C library reads', () => {
  const user = reply(0, { kind: 'user', name: 'alice' }, { kind: 'user', user: alice });
  assert.deepEqual(user.texts, ['alice', 'x', 'Alice Ä', '/home/alice', '/bin/sh']);
  assert.deepEqual(user.numbers.slice(2, 4), [1000, 1000]);
  const group = reply(3, { kind: 'group id', id: 10 }, { kind: 'group', group: wheel });
  assert.deepEqual(group.texts, ['wheel', 'x', 'root', 'alice']);
  assert.deepEqual(
    reply(15, { kind: 'groups', user: 'alice' }, { kind: 'groups', ids: [10, 4] }).ids,
    [10, 4],
  );
  const service = reply(17, { kind: 'port', port: 22, protocol: '' }, { kind: 'service', service: ssh });
  assert.deepEqual(service.texts, ['ssh', 'tcp', 'secsh']);
  assert.equal(service.numbers[3], 0x1600);
});

test('addresses of a host are those of the family that was asked for', () => {
  const host = { kind: 'host', host: { name: 'a.example', addresses: [four, six] } } as const;
  const of = (type: number, family: 'ipv4' | 'ipv6' | 'both'): readonly string[] =>
    reply(type, { kind: 'host', name: 'a.example', family }, host).addresses;
  const [v4, v6] = [four, six].map((bytes) => Buffer.from(bytes).toString('hex'));
  assert.deepEqual(of(RequestKind.GETHOSTBYNAME, 'ipv4'), [v4]);
  assert.deepEqual(of(RequestKind.GETHOSTBYNAMEv6, 'ipv6'), [v6]);
  assert.deepEqual(of(RequestKind.GETAI, 'both'), [v4, v6]);
});

test('the name of an address comes back with that address alone', () => {
  const lie = { kind: 'host', host: { name: 'b.example', addresses: [six] } } as const;
  const { texts, addresses } = reply(6, { kind: 'address', family: 'ipv4', bytes: four }, lie);
  assert.deepEqual([texts, addresses], [['b.example'], ['c0000201']]);
});

test('an answer to another question, or with what breaks a line of a file, is none', () => {
  const asked = { kind: 'user', name: 'alice' } as const;
  const lies: readonly (readonly [number, NameQuestion, NameAnswer])[] = [
    [0, asked, { kind: 'user', user: { ...alice, name: 'root' } }],
    [1, { kind: 'user id', id: 1000 }, { kind: 'user', user: { ...alice, uid: 0 } }],
    [0, asked, { kind: 'group', group: wheel }],
    [0, asked, { kind: 'user', user: { ...alice, shell: '/bin/sh\nroot::0:0::/:/bin/sh' } }],
    [0, asked, { kind: 'user', user: { ...alice, home: '/home\0' } }],
    [0, asked, { kind: 'user', user: { ...alice, gecos: 'a:b' } }],
    [0, asked, { kind: 'user', user: { ...alice, uid: -1 } }],
    [0, asked, { kind: 'user', user: { ...alice, gid: 2 ** 32 - 1 } }],
    [0, asked, { kind: 'user', user: { ...alice, uid: 0.5 } }],
    [0, asked, { kind: 'user', user: { ...alice, shell: 'x'.repeat(5000) } }],
    [2, { kind: 'group', name: 'wheel' }, { kind: 'group', group: { ...wheel, members: ['a,root'] } }],
    [2, { kind: 'group', name: 'wheel' }, { kind: 'group', group: { ...wheel, members: [''] } }],
    [
      2,
      { kind: 'group', name: 'wheel' },
      { kind: 'group', group: { ...wheel, members: Array<string>(70_000).fill('a') } },
    ],
    [15, { kind: 'groups', user: 'alice' }, { kind: 'groups', ids: [-1] }],
    [16, { kind: 'service', name: 'http', protocol: 'tcp' }, { kind: 'service', service: ssh }],
    [16, { kind: 'service', name: 'ssh', protocol: 'udp' }, { kind: 'service', service: ssh }],
    [17, { kind: 'port', port: 23, protocol: '' }, { kind: 'service', service: ssh }],
    [
      14,
      { kind: 'host', name: 'a.example', family: 'both' },
      { kind: 'host', host: { name: 'a.example', addresses: [Uint8Array.of(1)] } },
    ],
    [
      14,
      { kind: 'host', name: 'a.example', family: 'both' },
      { kind: 'host', host: { name: 'a\n.example', addresses: [four] } },
    ],
    [
      4,
      { kind: 'host', name: 'a.example', family: 'ipv4' },
      { kind: 'host', host: { name: 'a.example', addresses: [six] } },
    ],
  ];
  for (const [type, question, answer] of lies)
    assert.equal(reply(type, question, answer).found, 0, JSON.stringify(answer).slice(0, 200));
});

test('each kind of request has its reply for nothing, and for what is not served', () => {
  const question = { kind: 'user', name: '' } as const;
  for (const type of [0, 1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 17, 19, 20]) {
    assert.equal(reply(type, question, { kind: 'none' }).found, 0);
    assert.equal(reply(type, question, { kind: 'not served' }).found, -1);
  }
  for (const type of [8, 9, 10, 11, 12, 13, 18, 21])
    assert.equal(replyTo(type, question, { kind: 'not served' }), undefined);
  const later = reply(4, question, { kind: 'later' });
  assert.deepEqual([later.found, later.numbers[5]], [0, 2]);
});
