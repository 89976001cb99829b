import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { type AnswerOther, NameService } from '../../src/broker/name-service.ts';
import { encodeName, frame, unframe } from '../../src/network/dns/encode.ts';
import { RecordType, ResponseCode } from '../../src/network/dns/message.ts';
import type { NetworkRules } from '../../src/network/rule.ts';
import { SyntheticTable } from '../../src/network/synthetic.ts';

const rules: NetworkRules = {
  allow: [
    { host: { kind: 'name', name: 'granted.example' }, ports: [{ first: 443, last: 443 }], protocol: 'tcp' },
  ],
  except: [],
};

/** A question as a C library sends it. */
function question(name: string, type: number = RecordType.A): Buffer {
  return Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...encodeName(name), 0, type, 0, 1]);
}

const codeOf = (answer: Uint8Array): number => (answer[3] ?? 0) & 0xf;
const countOf = (answer: Uint8Array): number => (answer[6] ?? 0) * 256 + (answer[7] ?? 0);

function serviceWith(others: AnswerOther | undefined): { service: NameService; refused: string[] } {
  const refused: string[] = [];
  const service = new NameService({
    rules: () => rules,
    answersAll: false,
    table: new SyntheticTable(),
    others,
    onRefused: ({ name }) => refused.push(name),
  });
  return { service, refused };
}

const ask = (service: NameService, message: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve) => service.answerDatagram(message, () => undefined, resolve));

const four = { family: 'ipv4', bytes: [192, 0, 2, 1] } as const;

test('others are asked for names that no rule grants, and for no others', async () => {
  const asked: (string | undefined)[] = [];
  const { service, refused } = serviceWith(async ({ name }) => {
    asked.push(name);
    return name === 'other.example'
      ? { code: ResponseCode.NOERROR, records: [{ type: 'address', address: four }], ttl: 1 }
      : undefined;
  });
  assert.equal(countOf(await ask(service, question('granted.example'))), 1);
  assert.equal(countOf(await ask(service, question('other.example'))), 1);
  assert.equal(codeOf(await ask(service, question('third.example'))), ResponseCode.NXDOMAIN);
  assert.deepEqual(asked, ['other.example', 'third.example']);
  assert.deepEqual(refused, ['third.example'], 'a look-up that others answer is none that was refused');
});

test('without others, names that no rule grants do not exist', async () => {
  const { service, refused } = serviceWith(undefined);
  assert.equal(codeOf(await ask(service, question('other.example'))), ResponseCode.NXDOMAIN);
  assert.deepEqual(refused, ['other.example']);
});

test('a program that asks without end does not make others ask without end', async () => {
  const open: (() => void)[] = [];
  const { service } = serviceWith(() => new Promise((resolve) => open.push(() => resolve(undefined))));
  const answers = Array.from({ length: 300 }, () => ask(service, question('other.example')));
  assert.equal(open.length, 256);
  for (const finish of open) finish();
  const codes = (await Promise.all(answers)).map(codeOf);
  assert.equal(codes.filter((code) => code === ResponseCode.SERVFAIL).length, 300 - 256);
});

test('a connection that has said all it has to say gets its answers before it ends', async () => {
  const { service } = serviceWith(
    () =>
      new Promise((resolve) =>
        setImmediate(() =>
          resolve({ code: ResponseCode.NOERROR, records: [{ type: 'address', address: four }], ttl: 1 }),
        ),
      ),
  );
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
    service.serve(socket, () => undefined),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  const client = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  client.end(Buffer.concat([frame(question('other.example')), frame(question('granted.example'))]));
  const chunks: Buffer[] = await Duplex.from(client).toArray();
  const { messages } = unframe(Buffer.concat(chunks));
  assert.deepEqual(messages.map(countOf), [1, 1]);
  server.close();
});
