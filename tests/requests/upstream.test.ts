import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { Upstream } from '../../src/requests/upstream.ts';

/** A server that never answers a TLS handshake, and a client's connections to it. */
async function silentServer(): Promise<{
  readonly upstream: Upstream;
  /** The server's side of a connection that has begun its handshake. */
  readonly begun: Promise<Socket>;
  readonly end: () => void;
}> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  const begun = once(listener, 'connection').then(async ([socket]: Socket[]) => {
    assert.ok(socket);
    socket.on('error', () => undefined);
    await once(socket, 'data');
    return socket.resume();
  });
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const upstream = new Upstream({
    name: 'api.example.org',
    tls: true,
    dial: async () => connect({ port, host: '127.0.0.1', allowHalfOpen: true }),
    trust: createSecureContext(),
  });
  return { upstream, begun, end: () => listener.close() };
}

test('a TLS handshake that the server cuts fails at once', async () => {
  const { upstream, begun, end } = await silentServer();
  const session = assert.rejects(upstream.session(), /disconnected before secure TLS|closed the connection/);
  (await begun).end();
  await session;
  upstream.close();
  end();
});

test('a TLS handshake with the server ends when the client has gone', async () => {
  const { upstream, begun, end } = await silentServer();
  const session = assert.rejects(upstream.session(), (error: Error) => !/took too long/.test(error.message));
  const socket = await begun;
  const closed = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  upstream.close();
  await closed;
  await session;
  socket.destroy();
  end();
});
