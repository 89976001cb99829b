import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, writeFileSync } from 'node:fs';
import { type createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { connect, createServer as createSecureServer } from 'node:tls';
import { makePipe, makeSocketPair } from '../../../src/host/files/new-descriptors.ts';
import { connectSocket, makeSocket } from '../../../src/host/sockets/socket-setup.ts';
import { Authority } from '../../../src/requests/authority.ts';
import { mapOfWire, Passed, type Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

const authority = await Authority.make(['example.org']);

/** The files of an authority and of a server that it vouches for. */
async function files(t: TestContext): Promise<Record<'authorities' | 'certificate' | 'key', string>> {
  const folder = makeFolder(t);
  const { key, certificate } = await authority.hostFor('example.org');
  const paths = {
    authorities: join(folder, 'ca'),
    certificate: join(folder, 'cert'),
    key: join(folder, 'key'),
  };
  writeFileSync(paths.authorities, authority.certificate);
  writeFileSync(paths.certificate, certificate);
  writeFileSync(paths.key, key);
  return paths;
}

/** A TLS server that answers with what it got, in capitals; gives a socket that is connected to it. */
async function connected(t: TestContext): Promise<number> {
  const { key, certificate } = await authority.hostFor('example.org');
  const server = createSecureServer({ key, cert: certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) =>
    socket.on('data', (bytes) => socket.end(String(bytes).toUpperCase())).on('error', () => undefined),
  ).on('tlsClientError', () => undefined);
  return connectTo(t, server);
}

async function connectTo(t: TestContext, server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const at = server.address();
  assert.ok(typeof at === 'object' && at !== null);
  const socket = makeSocket('ipv4', false);
  assert.equal(
    connectSocket(socket, { family: 'ipv4', host: Uint8Array.of(127, 0, 0, 1), port: at.port }, 5),
    0,
  );
  return socket;
}

function streamIn(answer: Wire): { stream: Socket; answer: ReadonlyMap<Wire, Wire> } {
  const map = mapOfWire(answer) ?? assert.fail();
  const passed = map.get('stream');
  assert.ok(passed instanceof Passed);
  return { stream: new Socket({ fd: passed.take(), allowHalfOpen: true }), answer: map };
}

test('a connected socket comes back as a plain one, behind which all is encrypted', async (t) => {
  const { authorities } = await files(t);
  const channel = openService(t, 'tls', wireMap({ names: ['example.org'], authorities }));
  const socket = await connected(t);
  const given = wireMap({ socket: new Passed(socket), name: 'Example.org', protocols: ['h2'] });
  const { stream, answer } = streamIn(await channel.ask('connect', given));
  closeSync(socket);
  // The connection outlives the channel.
  channel.close();
  assert.equal(answer.get('protocol'), 'h2');
  stream.end('hello');
  assert.equal(await text(stream), 'HELLO');
});

test('a server is believed only with a certificate for a name within the limits', async (t) => {
  const { authorities } = await files(t);
  const limits = wireMap({ names: ['example.org', 'other.org'], authorities, protocols: ['http/1.1'] });
  const channel = openService(t, 'tls', limits);
  const ask = async (given: Readonly<Record<string, Wire>>, through = channel): Promise<Wire> => {
    const socket = await connected(t);
    return through
      .ask('connect', wireMap({ socket: new Passed(socket), name: 'example.org', ...given }))
      .finally(() => closeSync(socket));
  };
  // The certificate is for another name, although the limits have this one.
  await assert.rejects(ask({ name: 'other.org' }), { code: 'EPROTO', message: /handshake failed/ });
  const refused: readonly (readonly [Readonly<Record<string, Wire>>, string])[] = [
    [{ name: 'evil.org' }, 'ENOTCAPABLE'],
    [{ name: '127.0.0.1' }, 'EINVAL'],
    [{ name: '*.org' }, 'EINVAL'],
    [{ name: '' }, 'EINVAL'],
    [{ protocols: ['h2'] }, 'ENOTCAPABLE'],
    [{ socket: 1 }, 'EINVAL'],
  ];
  for (const [given, code] of refused) await assert.rejects(ask(given), { code }, JSON.stringify(given));
  // Without our authority, those of Node do not vouch for it.
  const usual = openService(t, 'tls', wireMap({ names: ['example.org'] }));
  await assert.rejects(ask({}, usual), { code: 'EPROTO' });
  const { stream, answer } = streamIn(await ask({}));
  assert.equal(answer.get('protocol'), 'http/1.1');
  stream.destroy();
  channel.limit(wireMap({ names: ['other.org'] }));
  await assert.rejects(ask({}), { code: 'ENOTCAPABLE' });
});

test('descriptors that are no connected streams are refused, and a peer that says nothing ends', async (t) => {
  const { authorities } = await files(t);
  const channel = openService(t, 'tls', wireMap({ names: ['example.org'], authorities }));
  const { read, write } = makePipe();
  const [one, other] = makeSocketPair();
  const fresh = makeSocket('ipv4', false);
  t.after(() => {
    for (const descriptor of [read, write, one, fresh]) closeSync(descriptor);
  });
  for (const descriptor of [read, fresh])
    await assert.rejects(
      channel.ask('connect', wireMap({ socket: new Passed(descriptor), name: 'example.org' })),
      { code: 'EINVAL' },
    );
  const asked = channel.ask('connect', wireMap({ socket: new Passed(one), name: 'example.org' }));
  closeSync(other);
  await assert.rejects(asked, { code: 'EPROTO' });
  // No private key: no server.
  await assert.rejects(channel.ask('accept', wireMap({ socket: new Passed(one) })), { code: 'ENOTCAPABLE' });
});

test('a server gets plain sockets and never its private key', async (t) => {
  const { certificate, key, authorities } = await files(t);
  const channel = openService(t, 'tls', wireMap({ names: [], certificate, key, commands: ['accept'] }));
  const [one, other] = makeSocketPair();
  const asked = channel.ask('accept', wireMap({ socket: new Passed(one) }));
  const client = connect({
    socket: new Socket({ fd: other }),
    servername: 'example.org',
    ca: authority.certificate,
  });
  const { stream, answer } = streamIn(await asked);
  closeSync(one);
  assert.equal(answer.get('name'), 'example.org');
  stream.end('from the server');
  assert.equal(await text(client), 'from the server');
  client.destroy();
  stream.destroy();
  await assert.rejects(channel.ask('connect', wireMap({ socket: new Passed(1), name: 'example.org' })), {
    code: 'ENOTCAPABLE',
  });
  assert.throws(() => openService(t, 'tls', wireMap({ names: [], certificate })), /go together/);
  assert.ok(authorities);
});
