import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request as requestPlain } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type RequestOptions, request as requestSecure } from 'node:https';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { Authority } from '../../src/requests/authority.ts';
import { type Credential, placeholderFor } from '../../src/requests/credential.ts';
import { pathPattern } from '../../src/requests/path-pattern.ts';
import { type HeldParts, type HeldServer, holdServer, NAME } from '../frame/held-server.ts';

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

const running: HeldServer[] = [];
after(async () => {
  for (const server of running) await server.end();
});

async function hold(parts: HeldParts): Promise<HeldServer> {
  const server = await holdServer(parts);
  running.push(server);
  return server;
}

type Ask = RequestOptions & { readonly send?: string | Buffer };

async function ask({ port, certificate }: HeldServer, path: string, options: Ask = {}): Promise<Answer> {
  const { send, ...others } = options;
  const request = requestSecure({
    host: '127.0.0.1',
    port,
    path,
    servername: NAME,
    ca: certificate,
    agent: false,
    ...others,
    headers: { host: NAME, ...options.headers },
  });
  request.end(send);
  const [response] = await once(request, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

function session({ port, certificate }: HeldServer): ClientHttp2Session {
  const found = connectHttp2(`https://${NAME}`, {
    createConnection: () =>
      connectTls({ host: '127.0.0.1', port, servername: NAME, ca: certificate, ALPNProtocols: ['h2'] }),
  });
  found.on('error', () => undefined);
  return found;
}

async function askHttp2(
  client: ClientHttp2Session,
  headers: Record<string, string>,
  send?: string,
): Promise<Answer> {
  const stream = client.request({ ':authority': NAME, ...headers }, { endStream: send === undefined });
  if (send !== undefined) stream.end(send);
  const [answer] = await once(stream, 'response');
  return { status: answer[':status'], headers: answer, body: await text(stream) };
}

const secret = 'sk-test-4fJ83kLmQz0pWx7Yb2Vd9NcR';
const placeholder = placeholderFor(secret);
const bearer: Credential = { secret, placeholder, placement: { kind: 'bearer' } };

test('a request of HTTP/1.1 reaches the server, and its answer comes back', async () => {
  const server = await hold({
    onRequest: async (incoming, outgoing) => {
      outgoing.setHeader('x-seen', `${incoming.method} ${incoming.url} ${incoming.headers.host}`);
      outgoing.statusCode = 201;
      outgoing.end((await text(incoming)).toUpperCase());
    },
  });
  const answer = await ask(server, '/a?b=c', { method: 'POST', send: 'hello' });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers['x-seen'], `POST /a?b=c ${NAME}`);
  assert.equal(answer.body, 'HELLO');
});

test('requests of HTTP/2 share one connection to a server that speaks it', async () => {
  const server = await hold({
    onRequest: async (incoming, outgoing) => {
      outgoing.setHeader('x-version', incoming.httpVersion);
      outgoing.end(`${incoming.url} ${await text(incoming)}`);
    },
  });
  const client = session(server);
  const answers = await Promise.all(
    ['/1', '/2', '/3'].map((path) => askHttp2(client, { ':path': path, ':method': 'POST' }, 'body')),
  );
  client.destroy();
  assert.deepEqual(
    answers.map(({ status, headers, body }) => [status, headers['x-version'], body]),
    ['/1', '/2', '/3'].map((path) => [200, '2.0', `${path} body`]),
  );
  assert.equal(server.dialled.length, 1);
});

test('a request that the rule does not allow is answered by the relay and never reaches the server', async () => {
  const seen: string[] = [];
  const server = await hold({
    rule: { methods: ['GET'], paths: [pathPattern('/packages/*'), pathPattern('/files/**')] },
    onRequest: (incoming, outgoing) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      outgoing.end('yes');
    },
  });
  const status = async (method: string, path: string): Promise<number> =>
    (await ask(server, path, { method })).status;
  assert.equal(await status('GET', '/packages/left-pad?full=1'), 200);
  assert.equal(await status('HEAD', '/files/a/b/c'), 200);
  for (const [method, path] of [
    ['POST', '/packages/left-pad'],
    ['DELETE', '/files/a'],
    ['GET', '/'],
    ['GET', '/packages/a/b'],
    ['GET', '/packages/../admin'],
    ['GET', '/packages/%2e%2e/admin'],
    ['GET', '/files/%2e%2e/admin'],
    ['GET', '/files/a%2f..%2f..%2fadmin'],
    ['GET', '/files//admin'],
    ['GET', '/files/..\\admin'],
  ] as const)
    assert.equal(await status(method, path), 403, `${method} ${path}`);
  assert.deepEqual(seen, ['GET /packages/left-pad?full=1', 'HEAD /files/a/b/c']);
  assert.equal(server.refused.length, 10);
  assert.deepEqual(server.refused[0], {
    name: NAME,
    port: 443,
    method: 'POST',
    path: '/packages/left-pad',
    reason: 'the grant allows GET, not POST',
    lack: 'methods',
  });
});

test('a request for another host than the granted one is refused: Host, authority and SNI', async () => {
  let seen = 0;
  const server = await hold({
    onRequest: (_incoming, outgoing) => {
      seen++;
      outgoing.end();
    },
  });
  for (const host of ['evil.example.net', `${NAME}.evil.example.net`, `x@${NAME}`, `${NAME}:444`])
    assert.equal((await ask(server, '/', { headers: { host } })).status, 421, host);
  for (const target of ['http://evil.example.net/', `https://${NAME}/`, '*'])
    assert.equal((await ask(server, target)).status, 421, target);
  const client = session(server);
  assert.equal((await askHttp2(client, { ':authority': 'evil.example.net' })).status, 421);
  assert.equal((await askHttp2(client, { ':authority': NAME, host: 'evil.example.net' })).status, 421);
  client.destroy();
  await assert.rejects(ask(server, '/', { servername: 'evil.example.net', rejectUnauthorized: false }));
  assert.equal(seen, 0);
  for (const host of [NAME, NAME.toUpperCase(), `${NAME}:443`, `${NAME}.`])
    assert.equal((await ask(server, '/', { headers: { host } })).status, 200, host);
  assert.match(
    server.refused.map(({ reason }) => reason).join('\n'),
    /TLS asks for the name "evil.example.net"/,
  );
});

test('a secret goes out in place of what the program sends, and does not come back', async () => {
  const server = await hold({
    credential: bearer,
    onRequest: async (incoming, outgoing) => {
      const { authorization = '' } = incoming.headers;
      const basic = Buffer.from(`user:${secret}`).toString('base64');
      outgoing.setHeader('location', `https://elsewhere.example/?key=${secret}`);
      outgoing.setHeader('x-right', String(authorization === `Bearer ${secret}`));
      // In pieces that cut the secret.
      for (const part of [`[${authorization.slice(0, 20)}`, `${authorization.slice(20)}] `, basic]) {
        outgoing.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      outgoing.end(encodeURIComponent(authorization));
    },
  });
  for (const headers of [{}, { authorization: `Bearer ${placeholder}` }, { authorization: 'Bearer own' }]) {
    const answer = await ask(server, '/', { headers });
    assert.equal(answer.headers['x-right'], 'true');
    assert.equal(answer.headers.location, `https://elsewhere.example/?key=${placeholder}`);
    assert.ok(answer.body.startsWith(`[Bearer ${placeholder}] `));
    for (const form of [secret, Buffer.from(secret).toString('base64').slice(0, 32)])
      assert.ok(!answer.body.includes(form));
    assert.ok(!Buffer.from(answer.body.split(' ')[2] ?? '', 'base64').includes(secret));
  }
});

test('a secret that comes back compressed is found all the same', async () => {
  const server = await hold({
    credential: bearer,
    onRequest: (incoming, outgoing) => {
      outgoing.setHeader('content-encoding', 'gzip');
      outgoing.end(gzipSync(`${incoming.headers['accept-encoding']} ${incoming.headers.authorization}`));
    },
  });
  const answer = await ask(server, '/', { headers: { 'accept-encoding': 'gzip, br' } });
  assert.equal(answer.headers['content-encoding'], undefined);
  assert.equal(answer.body, `identity Bearer ${placeholder}`);
});

test('a secret can be a header, a user name with password, or a parameter of the query', async () => {
  const placements = [
    [{ kind: 'header', name: 'x-api-key' }, `undefined ${secret} /p?a=1`],
    [
      { kind: 'basic', user: 'me' },
      `Basic ${Buffer.from(`me:${secret}`).toString('base64')} undefined /p?a=1`,
    ],
    [{ kind: 'query', name: 'key' }, `undefined undefined /p?a=1&key=${secret}`],
  ] as const;
  for (const [placement, expected] of placements) {
    let seen = '';
    const server = await hold({
      credential: { ...bearer, placement },
      onRequest: (incoming, outgoing) => {
        seen = `${incoming.headers.authorization} ${incoming.headers['x-api-key']} ${incoming.url}`;
        outgoing.end(seen);
      },
    });
    const path = placement.kind === 'query' ? '/p?key=mine&a=1' : '/p?a=1';
    const answer = await ask(server, path);
    assert.equal(seen, expected);
    assert.ok(!answer.body.includes(secret));
  }
});

test('a body that is too long is refused, with and without a length', async () => {
  const server = await hold({
    rule: { maximumBody: 10 },
    onRequest: async (incoming, outgoing) => {
      outgoing.end(await text(incoming).catch(() => 'cut'));
    },
  });
  assert.equal((await ask(server, '/', { method: 'POST', send: '0123456789' })).status, 200);
  assert.equal((await ask(server, '/', { method: 'POST', send: '0123456789a' })).status, 413);
  const client = session(server);
  assert.equal((await askHttp2(client, { ':method': 'POST' }, '0123456789a')).status, 413);
  client.destroy();
});

test('more requests than the rate allows are refused', async () => {
  const server = await hold({
    rule: { rate: { count: 3, within: 3_600_000 } },
    onRequest: (_incoming, outgoing) => outgoing.end(),
  });
  const found: number[] = [];
  for (let turn = 0; turn < 5; turn++) found.push((await ask(server, '/')).status);
  assert.deepEqual(found, [200, 200, 200, 429, 429]);
});

test('server-sent events arrive one by one, and trailers arrive', async () => {
  let send: (text: string) => void = () => undefined;
  let end: () => void = () => undefined;
  const server = await hold({
    credential: bearer,
    onRequest: (_incoming, outgoing) => {
      outgoing.setHeader('content-type', 'text/event-stream');
      outgoing.setHeader('trailer', 'x-sum');
      outgoing.flushHeaders();
      send = (data) => void outgoing.write(data);
      end = () => {
        outgoing.addTrailers({ 'x-sum': '2' });
        outgoing.end();
      };
    },
  });
  const { port, certificate } = server;
  const request = requestSecure({
    host: '127.0.0.1',
    port,
    servername: NAME,
    ca: certificate,
    headers: { host: NAME },
  });
  request.end();
  const [response] = await once(request, 'response');
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    send(event);
    const [chunk] = await once(response, 'data');
    assert.equal(String(chunk), event);
  }
  end();
  await once(response, 'end');
  assert.equal(response.trailers['x-sum'], '2');
});

test('a WebSocket passes in both directions', async () => {
  const server = await hold({
    credential: bearer,
    onRequest: (_incoming, outgoing) => outgoing.end(),
    prepare: (upstream) =>
      upstream.on('upgrade', (incoming, socket: Duplex) => {
        const right = incoming.headers.authorization === `Bearer ${secret}`;
        socket.write(
          `HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-right: ${right}\r\n\r\n`,
        );
        socket.write(`${incoming.headers['sec-websocket-extensions']} ${secret} `);
        socket.pipe(socket);
      }),
  });
  const { port, certificate } = server;
  const request = requestSecure({
    host: '127.0.0.1',
    port,
    servername: NAME,
    ca: certificate,
    headers: {
      host: NAME,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-extensions': 'permessage-deflate',
    },
  });
  request.end();
  const [response, socket]: [{ headers: IncomingHttpHeaders }, TLSSocket] = await new Promise((resolve) =>
    request.once('upgrade', (found, stream) => resolve([found, stream as TLSSocket])),
  );
  assert.equal(response.headers['x-right'], 'true');
  socket.write('ping');
  let seen = '';
  for await (const chunk of socket) {
    seen += chunk;
    if (seen.endsWith('ping')) break;
  }
  assert.equal(seen, `undefined ${placeholder} ping`);
});

test('smuggled requests, folded headers and CONNECT are refused', async () => {
  const seen: string[] = [];
  const server = await hold({
    plain: true,
    rule: { methods: ['GET', 'POST'] },
    port: 80,
    onRequest: (incoming, outgoing) => {
      seen.push(incoming.url ?? '');
      outgoing.end('reached');
    },
  });
  const raw = async (lines: readonly string[], body = ''): Promise<string> => {
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    return text(socket).catch(() => '');
  };
  const host = `Host: ${NAME}`;
  const both = [host, 'Content-Length: 4', 'Transfer-Encoding: chunked'];
  const hidden = '0\r\n\r\nGET /hidden HTTP/1.1\r\n';
  for (const lines of [
    ['POST / HTTP/1.1', ...both],
    ['POST / HTTP/1.1', host, 'Content-Length: 4', 'Content-Length: 40'],
    ['POST / HTTP/1.1', host, 'Transfer-Encoding: xchunked'],
    ['POST / HTTP/1.1', host, 'Transfer-Encoding : chunked'],
    [
      'GET / HTTP/1.1',
      host,
      'X-A: 1',
      ' Folded: 2',
      'Connection: close',
      'Transfer-Encoding: chunked, identity',
    ],
    ['GET / HTTP/1.1', host, 'Host: evil.example.net', 'Connection: close'],
    ['GET / HTTP/1.1', 'Connection: close'],
    [`GET http://evil.example.net/ HTTP/1.1`, 'Host: evil.example.net', 'Connection: close'],
    [`CONNECT ${NAME}:443 HTTP/1.1`, host],
  ])
    assert.match(await raw(lines, hidden), /^HTTP\/1.1 (?:4\d\d|501)/, lines.join(' '));
  assert.deepEqual(seen, []);
  assert.match(await raw(['GET /twin HTTP/1.1', host, 'Connection: close']), /reached/);
  assert.deepEqual(seen, ['/twin']);
});

test('a client without TLS is served where the grant gives it a plain way', async () => {
  const server = await hold({ onRequest: (incoming, outgoing) => outgoing.end(`${incoming.headers.host}`) });
  const request = requestPlain({ host: '127.0.0.1', port: server.port, headers: { host: NAME } });
  request.end();
  const [response] = await once(request, 'response');
  assert.equal(await text(response), NAME);
});

test('a client that ends what it sends gets its answer, and one that ends within a request an error', async () => {
  const server = await hold({
    onRequest: (_incoming, outgoing) => setTimeout(() => outgoing.end('late'), 50),
  });
  const answerTo = async (head: string): Promise<string> => {
    const socket = connectTcp({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(head);
    const answer = await text(socket);
    socket.destroy();
    return answer;
  };
  assert.match(await answerTo(`GET / HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`), /^HTTP\/1\.1 200[\s\S]*late/);
  assert.match(await answerTo(`GET / HTTP/1.1\r\nHost: ${NAME}\r\n`), /^HTTP\/1\.1 400/);
});

/** The first message of a TLS handshake, as Node's client sends it. */
async function clientHello(): Promise<Buffer> {
  const listener = createTcpServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const client = connectTls({ port, host: '127.0.0.1', servername: NAME });
  client.on('error', () => undefined);
  const [socket]: Socket[] = await once(listener, 'connection');
  assert.ok(socket);
  const [hello]: Buffer[] = await once(socket, 'data');
  assert.ok(hello);
  client.destroy();
  socket.destroy();
  listener.close();
  return hello;
}

test('a client that ends within its TLS handshake is let go at once', async () => {
  const hello = await clientHello();
  const server = await hold({ onRequest: (_incoming, outgoing) => outgoing.end('twin') });
  for (const part of [hello.subarray(0, 50), hello]) {
    const socket = connectTcp({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).resume();
    const began = performance.now();
    socket.end(part);
    // The relay's own patience is a minute: without the end of the client, it closes only then.
    await closed;
    assert.ok(performance.now() - began < 45_000);
    socket.destroy();
  }
  assert.equal((await ask(server, '/')).body, 'twin');
});

test('an authority vouches for its names alone', async () => {
  const authority = await Authority.make([NAME]);
  const handshake = async (name: string): Promise<string> => {
    const { key, certificate: cert } = await authority.hostFor(name);
    const server = createTlsServer({ key, cert }, (socket) => socket.end());
    server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const client = connectTls({
      host: '127.0.0.1',
      port: address.port,
      servername: name,
      ca: authority.certificate,
      rejectUnauthorized: false,
    });
    await once(client, 'secureConnect');
    client.destroy();
    server.close();
    return client.authorized ? 'authorized' : String(client.authorizationError);
  };
  assert.equal(await handshake(NAME), 'authorized');
  assert.equal(await handshake(`beneath.${NAME}`), 'authorized');
  assert.match(await handshake('other.example.org'), /UNSPECIFIED|PERMITTED/);
});
