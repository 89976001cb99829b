// A name server of the test's own, whose answers can change.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { parseAddress } from '../../../src/network/address.ts';
import { decodeQuery } from '../../../src/network/dns/decode.ts';
import { encodeUdpAnswer } from '../../../src/network/dns/encode.ts';
import { RecordType, ResponseCode } from '../../../src/network/dns/message.ts';

/** Addresses of a name: those of each question in turn, the last ones for all that follow. */
export type Answers = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Starts one. Returns its address and port, and the names that it was asked for. */
export async function ownResolver(
  t: TestContext,
  answers: Answers,
): Promise<{ readonly at: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const rounds = new Map<string, number>();
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const decoded = decodeQuery(message);
    if (decoded.kind !== 'query' || decoded.query.name === undefined) return;
    const { name, type } = decoded.query;
    asked.push(name);
    const list = answers[name];
    const isAddress = type === RecordType.A;
    const round = rounds.get(name) ?? 0;
    if (isAddress) rounds.set(name, round + 1);
    const texts = list?.[Math.min(round, list.length - 1)] ?? [];
    const records = texts
      .flatMap((text) => parseAddress(text) ?? [])
      .filter(({ family }) => (family === 'ipv4') === isAddress)
      .map((found) => ({ type: 'address', address: found }) as const);
    const code = list === undefined ? ResponseCode.NXDOMAIN : ResponseCode.NOERROR;
    socket.send(encodeUdpAnswer(decoded.query, { code, records, ttl: 0 }), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { at: `127.0.0.1:${socket.address().port}`, asked };
}
