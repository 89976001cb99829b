import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { test } from 'node:test';
import { answerQuery } from '../../src/network/dns/answer.ts';
import { decodeQuery } from '../../src/network/dns/decode.ts';
import { encodeAnswer, encodeName, encodeUdpAnswer, frame, unframe } from '../../src/network/dns/encode.ts';
import { type DnsQuery, RecordType, ResponseCode } from '../../src/network/dns/message.ts';
import { parseRule } from '../../src/network/parse-rule.ts';
import type { NetworkRules } from '../../src/network/rule.ts';
import { SyntheticTable } from '../../src/network/synthetic.ts';
import fc from '../frame/properties.ts';

const word = (value: number): readonly number[] => [value >> 8, value & 0xff];

/** A question with some numbers of records, and what follows it. */
function message(
  labels: readonly number[],
  counts = [1, 0, 0, 0],
  rest: readonly number[] = [],
  flags = 0x0100,
): Uint8Array {
  const type = labels.length === 0 ? [] : [...word(RecordType.A), ...word(1)];
  return Uint8Array.from([...word(7), ...word(flags), ...counts.flatMap(word), ...labels, ...type, ...rest]);
}

const opt = (payload: number, version = 0): readonly number[] => [
  0,
  ...word(41),
  ...word(payload),
  0,
  version,
  0,
  0,
  0,
  0,
];

function query(bytes: Uint8Array): DnsQuery {
  const decoded = decodeQuery(bytes);
  return decoded.kind === 'query' ? decoded.query : assert.fail(decoded.kind);
}

const codeOf = (bytes: Uint8Array): number => (bytes[3] ?? 0) & 0xf;
const rules: NetworkRules = { allow: [parseRule('*.example.org:443').value ?? assert.fail()], except: [] };

test('a question is read with its name in normal form, and repeated as it came', () => {
  const bytes = message(encodeName('wWw.ExAmple.org'), [1, 0, 0, 1], opt(4096));
  const { name, edns, id, recursionDesired } = query(bytes);
  assert.deepEqual(
    { name, edns, id, recursionDesired },
    { name: 'www.example.org', edns: { payload: 4096, version: 0 }, id: 7, recursionDesired: true },
  );
  const { answer } = answerQuery(query(bytes), rules, new SyntheticTable());
  assert.ok(Buffer.from(encodeAnswer(query(bytes), answer)).includes('wWw\x07ExAmple'));
});

test('a name of a service is no refusal where its host is granted', () => {
  const ask = (name: string): ReturnType<typeof answerQuery> =>
    answerQuery(query(message(encodeName(name))), rules, new SyntheticTable());
  const granted = ask('_8443._https.www.example.org');
  assert.deepEqual([granted.answer.code, granted.refused], [ResponseCode.NXDOMAIN, undefined]);
  for (const name of ['_8443._https.www.example.net', 'www._https.example.org.example.net'])
    assert.equal(ask(name).refused?.name, name);
});

test('names that no host has are read as none', () => {
  const labels = ['a\0b', 'a.b', 'a b', '-a', '\xff', 'a*b'].map((text) => [
    text.length,
    ...Buffer.from(text, 'latin1'),
    3,
    111,
    114,
    103,
    0,
  ]);
  for (const name of [...labels, [0], encodeName('127.1'), encodeName('0x7f.1'), encodeName('2130706433')])
    assert.equal(query(message(name)).name, undefined, String(name));
});

test('malformed messages are answered with a code, or not at all', () => {
  const good = encodeName('www.example.org');
  const failing: Readonly<Record<string, Uint8Array>> = {
    'a pointer to itself': message([0xc0, 12]),
    'a pointer forward': message([0xc0, 14]),
    'a label of 64 bytes': message([64, ...Array<number>(64).fill(97), 0]),
    'a name of 300 bytes': message([
      ...Array.from({ length: 5 }, () => [60, ...Array<number>(60).fill(97)]).flat(),
      0,
    ]),
    'a label that ends early': message([5, 97]),
    'no root': message([], [1, 0, 0, 0], [1, 97]),
    'no type': message([], [1, 0, 0, 0], good),
    'no question': message(good, [0, 0, 0, 0]),
    'two questions': message(good, [2, 0, 0, 0], [...good, 0, 1, 0, 1]),
    'an answer': message(good, [1, 1, 0, 0]),
    'thousands of records': message(good, [1, 0, 0, 65535]),
    'a record that ends early': message(good, [1, 0, 0, 1], opt(512).slice(0, -1)),
    'a record longer than the message': message(good, [1, 0, 0, 1], [0, 0, 1, 0, 1, 0, 0, 0, 0, 255, 255]),
    'two records of EDNS': message(good, [1, 0, 0, 2], [...opt(512), ...opt(512)]),
    'EDNS with a name': message(good, [1, 0, 0, 1], [1, 97, ...opt(512)]),
    'more bytes than a question has': message(good, [1, 0, 0, 0], Array<number>(5000).fill(0)),
  };
  for (const [what, bytes] of Object.entries(failing)) {
    const decoded = decodeQuery(bytes);
    assert.ok(decoded.kind === 'error', what);
    assert.equal(codeOf(decoded.reply), ResponseCode.FORMERR, what);
    assert.deepEqual(decodeQuery(decoded.reply), { kind: 'ignored' });
  }
  const status = decodeQuery(message(good, [1, 0, 0, 0], [], 0x1000));
  assert.equal(status.kind === 'error' && codeOf(status.reply), ResponseCode.NOTIMP);
  assert.equal(decodeQuery(message(good, [1, 0, 0, 0], [], 0x8000)).kind, 'ignored');
  assert.equal(decodeQuery(new Uint8Array(11)).kind, 'ignored');
});

test('reading random messages ends, and an answer to them is never a question', () => {
  const random = fc.uint8Array({ maxLength: 600 });
  const near = fc
    .tuple(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 60 }))
    .map(([name, rest]) => message([...name, 0], [1, 0, 0, 1], [...rest]));
  fc.assert(
    fc.property(fc.oneof(random, near), (bytes) => {
      const decoded = decodeQuery(bytes);
      if (decoded.kind === 'error') assert.equal(decodeQuery(decoded.reply).kind, 'ignored');
      if (decoded.kind !== 'query') return;
      const { answer } = answerQuery(decoded.query, rules, new SyntheticTable());
      const reply = encodeUdpAnswer(decoded.query, answer);
      assert.ok(reply.length <= 1232);
      assert.equal(decodeQuery(reply).kind, 'ignored');
    }),
    { numRuns: 1000 },
  );
});

test('an answer that is longer than the program takes is cut and says so', () => {
  const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  const answer = { code: ResponseCode.NOERROR, records: [{ type: 'name', name }], ttl: 1 } as const;
  const plain = query(message(encodeName(name)));
  const cut = encodeUdpAnswer(plain, answer);
  assert.ok(cut.length <= 512 && ((cut[2] ?? 0) & 2) !== 0 && cut[7] === 0);
  assert.ok(((encodeAnswer(plain, answer)[2] ?? 0) & 2) === 0);
  const large = encodeUdpAnswer(query(message(encodeName(name), [1, 0, 0, 1], opt(4096))), answer);
  assert.ok(large.length > 512 && ((large[2] ?? 0) & 2) === 0);
});

test('a newer version of EDNS and another class than the Internet are refused', () => {
  const newer = query(message(encodeName('a.example.org'), [1, 0, 0, 1], opt(512, 1)));
  assert.equal(answerQuery(newer, rules, new SyntheticTable()).answer.code, ResponseCode.BADVERS);
  const chaos = { ...query(message(encodeName('version.bind'))), class: 3 };
  assert.equal(answerQuery(chaos, rules, new SyntheticTable()).answer.code, ResponseCode.REFUSED);
});

test('a stream of TCP is taken apart wherever it was cut', () => {
  const whole = Buffer.concat([
    frame(Uint8Array.of(1, 2, 3)),
    frame(new Uint8Array(0)),
    frame(Uint8Array.of(4)),
  ]);
  for (let cut = 0; cut <= whole.length; cut++) {
    const first = unframe(whole.subarray(0, cut));
    const second = unframe(Buffer.concat([first.rest, whole.subarray(cut)]));
    assert.deepEqual(
      [...first.messages, ...second.messages].map((one) => [...one]),
      [[1, 2, 3], [], [4]],
    );
    assert.equal(second.rest.length, 0);
  }
});

test('the resolver of a library understands every answer', async () => {
  const table = new SyntheticTable();
  const refusals: string[] = [];
  const server = createSocket('udp4', (bytes, from) => {
    const decoded = decodeQuery(bytes);
    if (decoded.kind === 'ignored') return;
    if (decoded.kind === 'error') return server.send(decoded.reply, from.port, from.address);
    const { answer, refused } = answerQuery(decoded.query, rules, table);
    if (refused) refusals.push(refused.name);
    server.send(encodeUdpAnswer(decoded.query, answer), from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const resolver = new Resolver({ timeout: 20_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  try {
    assert.deepEqual(await resolver.resolve4('WWW.example.org'), ['198.18.1.0']);
    assert.deepEqual(await resolver.resolve6('www.example.org'), ['fdcb:ab1:1818:1::100']);
    assert.deepEqual(await resolver.reverse('198.18.1.0'), ['www.example.org']);
    assert.deepEqual(await resolver.reverse('fdcb:ab1:1818:1::100'), ['www.example.org']);
    assert.deepEqual(await resolver.resolve4('db.localhost'), ['127.0.0.1']);
    await assert.rejects(resolver.resolveMx('www.example.org'), { code: 'ENODATA' });
    await assert.rejects(resolver.resolve4('www.example.net'), { code: 'ENOTFOUND' });
    await assert.rejects(resolver.reverse('8.8.8.8'), { code: 'ENOTFOUND' });
    assert.deepEqual(refusals, ['www.example.net']);
  } finally {
    server.close();
  }
});
