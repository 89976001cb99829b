// Random bytes of a client of HTTP: what the relay sends on is, to a plain second reader, only what the rule allows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Authority } from '../../src/requests/authority.ts';
import { pathPattern } from '../../src/requests/path-pattern.ts';
import { RequestRelay } from '../../src/requests/request-relay.ts';
import { RequestRate } from '../../src/requests/request-rule.ts';
import fc from '../frame/properties.ts';

const NAME = 'api.example.org';

/** Milliseconds of silence after which a client gives up; that costs a try, and decides nothing. */
const SILENCE = 20;

const SECRET = 'GET /secret HTTP/1.1\r\nHost: api.example.org\r\n\r\n';

/** Pieces of requests, put together at random. */
const pieces = [
  'GET /granted HTTP/1.1\r\nHost: api.example.org\r\n',
  'POST /granted/a HTTP/1.1\r\nHost: api.example.org\r\n',
  'GET ',
  'PUT ',
  'CONNECT ',
  '/secret',
  '/granted/../secret',
  'http://other.example.org/granted',
  ' HTTP/1.1\r\n',
  ' HTTP/1.0\r\n',
  'Host: api.example.org\r\n',
  'Host: other.example.org\r\n',
  'Content-Length: 4\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: +4\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity, chunked\r\n',
  'Transfer-Encoding:\r\n chunked\r\n',
  'Connection: keep-alive, content-length\r\n',
  'Connection: close\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n',
  'Upgrade: h2c\r\nConnection: Upgrade\r\n',
  'Expect: 100-continue\r\n',
  'X: y\r\n',
  ' folded\r\n',
  '\r\n',
  '\n',
  '\r',
  '\0',
  'body',
  '4\r\nbody\r\n',
  '0\r\n\r\n',
  '0\r\nX: y\r\n\r\n',
  '0;a=b\r\n\r\n',
  'ffffffffffffffff0\r\n',
  SECRET,
] as const;

type Relayed = {
  /**
   * Sends bytes; returns those that came to the server since it was last asked, by connection. Those of an earlier client
   * may be among them.
   */
  readonly send: (bytes: Buffer, secure: boolean) => Promise<readonly string[]>;
};

async function relayed(t: TestContext): Promise<Relayed> {
  const connections = new Set<{ text: string }>();
  const upstream = createServer((socket) => {
    const got = { text: '' };
    connections.add(got);
    socket.on('error', () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      got.text += chunk;
      if (/\r\n\r\n/.test(got.text))
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
    socket.on('close', () => {
      closed.push(got.text);
      connections.delete(got);
    });
  }).listen(0, '127.0.0.1');
  const closed: string[] = [];
  await once(upstream, 'listening');
  const authority = await Authority.make([NAME]);
  const address = upstream.address();
  assert.ok(typeof address === 'object' && address !== null);
  const relay = new RequestRelay(authority, {
    dial: async () => {
      const socket = connect(address.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
    onRefused: () => undefined,
  });
  const rule = { methods: ['GET', 'POST'], paths: [pathPattern('/granted/**'), pathPattern('/granted')] };
  const held = { grant: 0, name: NAME, port: 443, rule, credential: undefined, upstream: 'plain' } as const;
  const listener = createServer((socket) => relay.serve(socket, held, new RequestRate(undefined), 0));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => {
    listener.close();
    upstream.close();
  });
  const at = listener.address();
  assert.ok(typeof at === 'object' && at !== null);
  const open = async (secure: boolean): Promise<Socket> => {
    const socket = secure
      ? connectTls({
          port: at.port,
          host: '127.0.0.1',
          servername: NAME,
          ca: authority.certificate,
          ALPNProtocols: ['h2'],
        })
      : connect(at.port, '127.0.0.1');
    await once(socket, secure ? 'secureConnect' : 'connect');
    return socket;
  };
  return {
    send: async (bytes, secure) => {
      const socket = await open(secure);
      const ended = new Promise((resolve) => socket.once('close', resolve));
      const answered = new Promise((resolve) => socket.on('data', resolve).on('error', resolve));
      socket.write(bytes);
      // A relay that waits for more says nothing: then the end of the client ends the request.
      await Promise.race([answered, ended, setTimeout(SILENCE, undefined, { ref: false })]);
      if (secure) socket.destroy();
      else socket.end();
      await ended;
      return [...closed.splice(0), ...[...connections].map(({ text }) => text)].filter((text) => text !== '');
    },
  };
}

/** Reads requests strictly; fails for what no strict reader takes, or the rule does not allow. */
function readStrictly(text: string): void {
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    assert.match(first, /^(?:GET|POST|HEAD) \/granted(?:\/[^ .]*)? HTTP\/1\.1$/);
    const headers = lines.map(
      (line) => /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([^\r\n\0]*)$/.exec(line) ?? assert.fail(line),
    );
    const valuesOf = (name: string): string[] =>
      headers.filter(([, found]) => found?.toLowerCase() === name).map(([, , value = '']) => value);
    assert.match(valuesOf('host').join(' '), /^api\.example\.org(?::443)?$/);
    const lengths = valuesOf('content-length');
    const codings = valuesOf('transfer-encoding');
    assert.ok(lengths.length + codings.length <= 1, 'a body has one length');
    rest = rest.slice(end + 4);
    if (lengths[0] !== undefined) {
      assert.match(lengths[0], /^\d+$/);
      rest = rest.slice(Number(lengths[0]));
    } else if (codings[0] !== undefined) {
      assert.equal(codings[0], 'chunked');
      rest = afterChunks(rest);
    }
  }
}

function afterChunks(text: string): string {
  for (let rest = text; ; ) {
    const [line = '', size = ''] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? [];
    // It may be cut where the client has ended.
    if (line === '') return '';
    const length = Number.parseInt(size, 16);
    rest = rest.slice(line.length);
    if (length > 0) rest = rest.slice(length + 2);
    else {
      const end = /^(?:[^\r\n]+\r\n)*\r\n/.exec(rest);
      return end === null ? '' : rest.slice(end[0].length);
    }
  }
}

test('no bytes of HTTP/1.1 become a request that the rule does not allow', async (t) => {
  const { send } = await relayed(t);
  const bytes = fc.array(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 4 })),
    {
      maxLength: 14,
    },
  );
  let forwarded = 0;
  await fc.assert(
    fc.asyncProperty(bytes, async (parts) => {
      const got = await send(Buffer.from(parts.join(''), 'latin1'), false);
      forwarded += got.length;
      for (const text of got) readStrictly(text);
    }),
    {
      numRuns: 300,
      examples: [[[pieces[0], '\r\n']], [[pieces[1], 'Content-Length: 4\r\n', '\r\n', 'body']]],
    },
  );
  assert.ok(forwarded > 0);
});

/** A frame of HTTP/2 (RFC 9113, section 4.1) with lengths and flags at random. */
const frame = fc
  .record({
    type: fc.integer({ min: 0, max: 10 }),
    flags: fc.integer({ min: 0, max: 255 }),
    stream: fc.constantFrom(0, 1, 2, 3, 0x7fffffff),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      // A head in HPACK (RFC 7541) without tables: a method, a scheme, a path, an authority.
      fc
        .constantFrom('/secret', '/granted/../secret', '/granted')
        .map((path) =>
          Uint8Array.from([
            ...[0x82, 0x87, 0x04, path.length, ...Buffer.from(path)],
            ...[0x01, NAME.length, ...Buffer.from(NAME)],
          ]),
        ),
    ),
    lie: fc.constantFrom(0, 0, 0, 0, 1, 1000, 0xffffff),
  })
  .map(({ type, flags, stream, payload, lie }) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(lie === 0 ? payload.length : lie, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  });

test('no frames of HTTP/2 become a request that the rule does not allow, and the relay lives on', async (t) => {
  const { send } = await relayed(t);
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
  const bytes = fc.array(frame, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(bytes, async (frames) => {
      for (const text of await send(Buffer.concat([preface, ...frames]), true)) readStrictly(text);
    }),
    { numRuns: 120 },
  );
  const last = await send(Buffer.from(`${pieces[0]}Connection: close\r\n\r\n`), false);
  assert.ok(
    last.some((text) => text.startsWith('GET /granted ')),
    last.join('\n'),
  );
});

test('the strict reader refuses requests that are not allowed or ambiguous', () => {
  const head = 'POST /granted HTTP/1.1\r\nHost: api.example.org\r\n';
  readStrictly(`${head}Content-Length: 4\r\n\r\nbody`);
  for (const bad of [
    SECRET,
    `${head}Content-Length: +4\r\n\r\n`,
    `${head}Content-Length: 0\r\n\r\n${SECRET}`,
  ])
    assert.throws(() => readStrictly(bad));
});
