import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Authority } from '../../../src/requests/authority.ts';
import { coversPath, matchesPath, pathPattern } from '../../../src/requests/path-pattern.ts';
import { openService as openClient } from '../../../src/services/client/index.ts';
import { readServiceLimits } from '../../../src/services/limit.ts';
import { httpService } from '../../../src/services/offered/http.ts';
import { mapOfWire, Passed, type Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import fc from '../../frame/properties.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

const SECRET = 'sk-secret-of-this-origin-0123456789';

/** Answers with what came, as text. */
const echo: RequestListener = (incoming, outgoing) => {
  void text(incoming).then((body) =>
    outgoing.end(`${incoming.method} ${incoming.url} ${incoming.headers.authorization ?? '-'} ${body}`),
  );
};

async function serve(t: TestContext, listener: RequestListener = echo): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const at = server.address();
  assert.ok(typeof at === 'object' && at !== null);
  return `http://localhost:${at.port}`;
}

async function serveSecurely(
  t: TestContext,
  listener: RequestListener = echo,
): Promise<{ origin: string; authorities: string; file: string }> {
  const authority = await Authority.make(['localhost']);
  const { key, certificate } = await authority.hostFor('localhost');
  const server = createSecureServer({ key, cert: certificate }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const folder = makeFolder(t);
  const authorities = join(folder, 'ca.pem');
  const file = join(folder, 'secret');
  writeFileSync(authorities, authority.certificate);
  writeFileSync(file, `${SECRET}\n`);
  const at = server.address();
  assert.ok(typeof at === 'object' && at !== null);
  return { origin: `https://localhost:${at.port}`, authorities, file };
}

type Told = { readonly status: Wire | undefined; readonly body: string };

function told(answer: Wire): Told {
  const map = mapOfWire(answer);
  const body = map?.get('body');
  assert.ok(body instanceof Uint8Array);
  return { status: map?.get('status'), body: Buffer.from(body).toString() };
}

test('a request within the limits is made, and one beyond them is not', async (t) => {
  const seen: string[] = [];
  const origin = await serve(t, (incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    echo(incoming, outgoing);
  });
  const rule = wireMap({ methods: ['GET', 'POST'], paths: ['/v1/**'], max_body: 5 });
  const channel = openService(t, 'http', wireMap({ origins: new Map([[origin, rule]]) }));
  const ask = (given: Readonly<Record<string, Wire>>): Promise<Wire> =>
    channel.ask('request', wireMap(given));
  assert.deepEqual(told(await ask({ url: `${origin}/v1/users?page=2` })), {
    status: 200,
    body: 'GET /v1/users?page=2 - ',
  });
  const posted = await ask({
    url: `${origin}/v1/users`,
    method: 'POST',
    headers: [wireMap({ name: 'Content-Type', value: 'text/plain' })],
    body: Buffer.from('anna'),
  });
  assert.deepEqual(told(posted), { status: 200, body: 'POST /v1/users - anna' });
  const refused: readonly (readonly [Readonly<Record<string, Wire>>, string])[] = [
    [{ url: `${origin}/v2/users` }, 'ENOTCAPABLE'],
    [{ url: `${origin}/v1/../v2` }, 'ENOTCAPABLE'],
    [{ url: `${origin}/v1/%2e%2e/v2` }, 'ENOTCAPABLE'],
    [{ url: `${origin}/v1/x`, method: 'DELETE' }, 'ENOTCAPABLE'],
    [{ url: `${origin}/v1/x`, method: 'POST', body: Buffer.from('longer') }, 'ENOTCAPABLE'],
    [{ url: 'http://localhost:1/v1/x' }, 'ENOTCAPABLE'],
    [{ url: origin.replace('http:', 'https:') }, 'ENOTCAPABLE'],
    [{ url: origin.replace('localhost', '127.0.0.1') }, 'ENOTCAPABLE'],
    [{ url: origin.replace('http://', 'http://user@') }, 'ENOTCAPABLE'],
    [{ url: `${origin}/v1/x HTTP/1.1\r\nX: y` }, 'ENOTCAPABLE'],
    [{ url: 'nonsense' }, 'EINVAL'],
    [{ url: `${origin}/v1/x`, method: 'get' }, 'EINVAL'],
    [{ url: `${origin}/v1/x`, headers: [wireMap({ name: 'Host', value: 'evil.org' })] }, 'EINVAL'],
    [{ url: `${origin}/v1/x`, headers: [wireMap({ name: 'a', value: 'b\r\nc: d' })] }, 'EINVAL'],
  ];
  for (const [given, code] of refused) await assert.rejects(ask(given), { code }, JSON.stringify(given));
  assert.deepEqual(seen, ['GET /v1/users?page=2', 'POST /v1/users']);
  channel.limit(
    wireMap({
      origins: new Map([[origin, wireMap({ methods: ['GET'], paths: ['/v1/users'], max_body: 0 })]]),
    }),
  );
  await assert.rejects(ask({ url: `${origin}/v1/users`, method: 'POST' }), { code: 'ENOTCAPABLE' });
  assert.equal(told(await ask({ url: `${origin}/v1/users` })).status, 200);
  assert.throws(() => channel.limit(wireMap({ origins: new Map([[origin, rule]]) })), {
    code: 'ENOTCAPABLE',
  });
});

test('a secret goes out with requests, and never comes back', async (t) => {
  const { origin, authorities, file } = await serveSecurely(t, (incoming, outgoing) => {
    outgoing.setHeader('x-echo', incoming.headers.authorization ?? '');
    if (incoming.url !== '/gzip') {
      echo(incoming, outgoing);
      return;
    }
    outgoing.setHeader('content-encoding', 'gzip');
    outgoing.end(gzipSync(`it is ${incoming.headers.authorization}`));
  });
  const credential = wireMap({ file });
  const limits = wireMap({ authorities, origins: new Map([[origin, wireMap({ credential })]]) });
  const channel = openService(t, 'http', limits);
  for (const path of ['/', '/gzip', '/']) {
    const answer = await channel.ask('request', wireMap({ url: `${origin}${path}` }));
    const { status, body } = told(answer);
    assert.equal(status, 200, body);
    assert.match(body, /Bearer \S{30,}/);
    assert.equal(JSON.stringify([...(mapOfWire(answer) ?? [])]).includes(SECRET), false);
    assert.equal(body.includes(SECRET), false);
  }
  // The client can ask where the secret is from, and not for the secret.
  assert.equal(JSON.stringify([...(mapOfWire(channel.limits()) ?? [])]).includes(SECRET), false);
  // Without the authority, the server is none.
  const usual = openService(t, 'http', wireMap({ origins: new Map([[origin, null]]) }));
  assert.equal(told(await usual.ask('request', wireMap({ url: origin }))).status, 502);
});

test('a socket to an origin takes requests of HTTP, each of which is checked', async (t) => {
  const origin = await serve(t);
  const host = origin.slice('http://'.length);
  const rule = wireMap({ methods: ['GET', 'POST'], paths: ['/v1/**'] });
  const channel = openService(t, 'http', wireMap({ origins: new Map([[origin, rule]]) }));
  const connect = async (): Promise<Socket> => {
    const stream = mapOfWire(await channel.ask('connect', wireMap({ origin })))?.get('stream');
    assert.ok(stream instanceof Passed);
    return new Socket({ fd: stream.take() });
  };
  const ask = async (
    path: string,
    method: string,
    body = '',
    named = host,
  ): Promise<[number | undefined, string]> => {
    const socket = await connect();
    const sent = request({
      createConnection: () => socket,
      path,
      method,
      headers: { host: named },
    });
    sent.end(body);
    const [response]: IncomingMessage[] = await once(sent, 'response');
    assert.ok(response);
    const found: [number | undefined, string] = [response.statusCode, await text(response)];
    socket.destroy();
    return found;
  };
  const long = 'x'.repeat(300_000);
  assert.deepEqual(await ask('/v1/a', 'POST', long), [200, `POST /v1/a - ${long}`]);
  assert.equal((await ask('/v2/a', 'POST'))[0], 403);
  assert.equal((await ask('/v1/a', 'DELETE'))[0], 403);
  assert.equal((await ask('/v1/a', 'GET', '', 'evil.org'))[0], 421);
  await assert.rejects(channel.ask('connect', wireMap({ origin: 'http://localhost:1' })), {
    code: 'ENOTCAPABLE',
  });
  // There is no TLS on it: nothing could vouch for the relay.
  const socket = await connect();
  socket.on('error', () => undefined).write(Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]));
  await once(socket, 'close');
});

test('requests are counted for all channels of a grant, and answers that are too long fail', async (t) => {
  const origin = await serve(t, (incoming, outgoing) => {
    if (incoming.url === '/long') outgoing.end(Buffer.alloc(2 ** 20));
    else outgoing.end('once');
  });
  const rate = wireMap({ requests: 2, within: '24h' });
  const channel = openService(t, 'http', wireMap({ origins: new Map([[origin, wireMap({ rate })]]) }));
  const clone = channel.clone();
  t.after(() => clone.close());
  await assert.rejects(channel.ask('request', wireMap({ url: `${origin}/long` })), { code: 'EMSGSIZE' });
  assert.equal(told(await clone.ask('request', wireMap({ url: origin }))).status, 200);
  for (const each of [channel, clone])
    assert.equal(told(await each.ask('request', wireMap({ url: origin }))).status, 429);
  assert.throws(
    () =>
      channel.limit(
        wireMap({ origins: new Map([[origin, wireMap({ rate: wireMap({ requests: 1, within: '24h' }) })]]) }),
      ),
    { code: 'ENOTCAPABLE' },
  );
});

test('limits that mean nothing or would leak are refused, with their place', () => {
  const read = (origin: string, rule: Wire): unknown =>
    readServiceLimits(httpService.limits, wireMap({ origins: new Map([[origin, rule]]) }));
  const environment = wireMap({ credential: wireMap({ environment: 'KEY' }) });
  assert.throws(() => read('http://example.org', environment), /in the clear/);
  assert.ok(read('https://example.org', environment));
  assert.throws(() => read('https://Example.org', null), /is written 'https:\/\/example.org'/);
  assert.throws(() => read('https://example.org:443', null), /is written 'https:\/\/example.org'/);
  for (const wrong of [
    'https://*.example.org',
    'https://127.0.0.1',
    'example.org',
    'https://a/b',
    'https://u@a',
  ])
    assert.throws(() => read(wrong, null), /expects an origin/, wrong);
  for (const credential of [
    {},
    { environment: 'A', file: 'b' },
    { environment: 'A', as: wireMap({ header: 'host' }) },
    { environment: 'A', as: wireMap({ basic: 'a:b' }) },
    { command: [] },
  ])
    assert.throws(() => read('https://example.org', wireMap({ credential: wireMap(credential) })), /expects/);
});

test('a pattern of paths covers another only when all paths of that one match it', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '**');
  const pattern = fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .map((parts) => pathPattern(`/${parts.join('/')}`));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'aab', 'c'), { minLength: 1, maxLength: 5 })
    .map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(pattern, pattern, fc.array(path, { maxLength: 8 }), (outer, inner, paths) => {
      assert.ok(coversPath(inner, inner));
      if (coversPath(outer, inner))
        for (const each of paths) if (matchesPath(inner, each)) assert.ok(matchesPath(outer, each));
    }),
    { numRuns: 2000 },
  );
  const covers = (outer: string, inner: string): boolean =>
    coversPath(pathPattern(outer), pathPattern(inner));
  assert.ok(covers('/v1/**', '/v1/users/*'));
  assert.ok(covers('/v1/u*', '/v1/users'));
  assert.ok(!covers('/v1/*', '/v1/**'));
  assert.ok(!covers('/v1/users', '/v1/*'));
});

test('the same client asks without a process, or a function of a test', async (t) => {
  const origin = await serve(t);
  const limits = readServiceLimits(httpService.limits, wireMap({ origins: new Map([[origin, null]]) }));
  const direct = openClient('http', 'direct', limits);
  assert.equal((await direct.request({ url: `${origin}/a` })).status, 200);
  const mocked = openClient(
    'http',
    { request: ({ url }) => ({ status: 201, headers: [], body: Buffer.from(url) }) },
    limits,
  );
  assert.equal((await mocked.request({ url: 'https://example.org/' })).status, 201);
});
