import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { parseAddress } from '../../../src/network/address.ts';
import { decodeQuery } from '../../../src/network/dns/decode.ts';
import { encodeUdpAnswer } from '../../../src/network/dns/encode.ts';
import { type DnsRecord, RecordType, ResponseCode } from '../../../src/network/dns/message.ts';
import type { Wire } from '../../../src/services/wire.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

const records: ReadonlyMap<string, readonly string[]> = new Map([
  ['host.example', ['192.0.2.1', '2001:db8::1']],
  ['other.example', ['192.0.2.2']],
]);

/** Answers questions about `records`; gives its address, and counts the questions. */
async function startServer(t: TestContext): Promise<{ readonly address: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  server.on('message', (bytes, from) => {
    const decoded = decodeQuery(bytes);
    if (decoded.kind !== 'query') return;
    const { query } = decoded;
    asked.push(`${query.name} ${query.type}`);
    const addresses = (records.get(query.name ?? '') ?? []).flatMap((text): DnsRecord[] => {
      const address = parseAddress(text);
      const type = address?.family === 'ipv4' ? RecordType.A : RecordType.AAAA;
      return address !== undefined && type === query.type ? [{ type: 'address', address }] : [];
    });
    const names: DnsRecord[] =
      query.name === '1.2.0.192.in-addr.arpa' ? [{ type: 'name', name: 'host.example' }] : [];
    const known = records.has(query.name ?? '') || names.length > 0;
    const code = known ? ResponseCode.NOERROR : ResponseCode.NXDOMAIN;
    const answer = encodeUdpAnswer(query, { code, records: [...addresses, ...names], ttl: 1 });
    // A forged answer, with another id, comes first.
    const forged = Uint8Array.from(answer);
    forged[0] = ((forged[0] ?? 0) + 1) & 0xff;
    server.send(forged, from.port, from.address);
    server.send(answer, from.port, from.address);
  });
  return { address: `127.0.0.1:${server.address().port}`, asked };
}

const addressesOf = (host: Wire): unknown => {
  const addresses = host instanceof Map ? host.get('addresses') : undefined;
  return Array.isArray(addresses)
    ? addresses.map((each) => (each instanceof Map ? each.get('address') : each))
    : host;
};

test('names are looked up at the server of the grant, and within the limits', async (t) => {
  const { address, asked } = await startServer(t);
  const dns = openService(t, 'dns', wireMap({ resolver: address }));
  const look = (name: string, more: Record<string, Wire> = {}): Promise<Wire> =>
    dns.ask('getaddrinfo', wireMap({ name, ...more }));
  assert.deepEqual(addressesOf(await look('host.example.')), ['192.0.2.1', '2001:db8::1']);
  assert.deepEqual(addressesOf(await look('host.example.', { family: 'ipv6' })), ['2001:db8::1']);
  await assert.rejects(look('none.example.'), { code: 'ENOENT' });
  assert.equal(await dns.ask('gethostbyname', wireMap({ name: 'none.example.' })), null);
  assert.deepEqual(
    await dns.ask('getnameinfo', wireMap({ address: '192.0.2.1' })),
    wireMap({ name: 'host.example' }),
  );
  await assert.rejects(dns.ask('getnameinfo', wireMap({ address: '192.0.2.9' })), { code: 'ENOENT' });
  const before = asked.length;
  assert.deepEqual(addressesOf(await look('localhost', { family: 'ipv4' })), ['127.0.0.1']);
  assert.deepEqual(addressesOf(await look('192.0.2.7')), ['192.0.2.7']);
  assert.equal(asked.length, before, 'nothing was asked about what is known');

  dns.limit(wireMap({ families: ['ipv4'] }));
  assert.deepEqual(addressesOf(await look('host.example.')), ['192.0.2.1']);
  await assert.rejects(look('host.example.', { family: 'ipv6' }), { code: 'ENOTCAPABLE' });
  await assert.rejects(look('::1'), { code: 'ENOENT' });
  dns.limit(wireMap({ names: ['*.example'] }));
  dns.limit(wireMap({ names: ['host.example'] }));
  assert.deepEqual(addressesOf(await look('host.example.')), ['192.0.2.1']);
  await assert.rejects(look('other.example.'), { code: 'ENOENT' });
  assert.throws(() => dns.limit(wireMap({ names: ['*.example'] })), { code: 'ENOTCAPABLE' });
  assert.throws(() => dns.limit(wireMap({ resolver: '127.0.0.1' })), { code: 'ENOTCAPABLE' });
  dns.limit(wireMap({ types: ['address-to-name'] }));
  await assert.rejects(look('host.example.'), { code: 'ENOTCAPABLE' });
  assert.deepEqual(
    await dns.ask('getnameinfo', wireMap({ address: '192.0.2.1' })),
    wireMap({ name: 'host.example' }),
  );
});

test('a channel without the setting of a server cannot be given one', (t) => {
  const dns = openService(t, 'dns');
  assert.throws(() => dns.limit(wireMap({ resolver: '127.0.0.1' })), { code: 'ENOTCAPABLE' });
});

test('a server that is not there is given up', async (t) => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address();
  silent.close();
  await once(silent, 'close');
  const dns = openService(t, 'dns', wireMap({ resolver: `127.0.0.1:${port}` }));
  await assert.rejects(dns.ask('getaddrinfo', wireMap({ name: 'host.example.' })), { code: 'ETIMEDOUT' });
  // The channel goes on, and so do others of the process.
  assert.deepEqual(addressesOf(await dns.ask('getaddrinfo', wireMap({ name: '127.0.0.1' }))), ['127.0.0.1']);
});

test('a client that leaves while its request waits does not disturb the service', async (t) => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const dns = openService(t, 'dns', wireMap({ resolver: `127.0.0.1:${silent.address().port}` }));
  const clone = dns.clone();
  void clone.ask('getaddrinfo', wireMap({ name: 'host.example.' })).catch(() => undefined);
  await once(silent, 'message');
  clone.close();
  assert.deepEqual(addressesOf(await dns.ask('getaddrinfo', wireMap({ name: '127.0.0.1' }))), ['127.0.0.1']);
});
