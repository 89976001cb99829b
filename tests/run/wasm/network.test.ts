import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, type TestContext, test } from 'node:test';
import { type ConnectionRefusal, launch, network, pipe, plan } from '../../../src/index.ts';
import { cc } from '../../../src/toolchain/cc.ts';
import { loadClang } from '../../../src/toolchain/clang.ts';
import { ownApi } from '../../frame/requests/own-api.ts';

/**
 * Asks for connections, one for each string in "targets", says "message" through each, and prints what comes back until the
 * end of a line. With "hold", connections stay open.
 */
const SOURCE = `
#include <cloudabi.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int network = -1, output = -1;
  const char *message = "hello";
  bool hold = false;
  argdata_map_iterator_t list_at;
  const argdata_t *list;
  const argdata_t *item;
  argdata_seq_iterator_t it;
  program_argument_fd(ad, "network", &network);
  program_argument_fd(ad, "output", &output);
  if (program_argument(ad, "message", &list_at, &list) == 0) argdata_get_str_c(list, &message);
  if (program_argument(ad, "hold", &list_at, &list) == 0) argdata_get_bool(list, &hold);
  program_argument(ad, "targets", &list_at, &list);
  for (argdata_seq_iterate(list, &it); argdata_seq_get(&it, &item); argdata_seq_next(&it)) {
    const char *target;
    argdata_get_str_c(item, &target);
    char protocol[8], host[256], answer[64];
    unsigned port;
    sscanf(target, "%7s %255s %u", protocol, host, &port);
    int connection = -1;
    int error = program_connect(network, protocol, host, port, &connection);
    ssize_t length = 0;
    if (error == 0) {
      ssize_t count;
      write(connection, message, strlen(message));
      while (length < (ssize_t)sizeof(answer) && (count = read(connection, answer + length, sizeof(answer) - length)) > 0) {
        length += count;
        if (memchr(answer, '\\r', length) != NULL || message[0] == 'h') break;
      }
      if (memchr(answer, '\\r', length) != NULL) length = (char *)memchr(answer, '\\r', length) - answer;
      if (!hold) close(connection);
    }
    dprintf(output, "%s: %s%.*s\\n", target, error ? strerror(error) : "", (int)length, answer);
  }
}
`;

const cwd = mkdtempSync(join(tmpdir(), 'network-client-'));
after(() => rmSync(cwd, { recursive: true }));

async function compile(): Promise<string> {
  writeFileSync(join(cwd, 'client.c'), SOURCE);
  let messages = '';
  const io = {
    cwd,
    clang: await loadClang(),
    stderr: (words: string) => (messages += words),
    stdout: () => {},
  };
  assert.equal(await cc(['-o', 'client.wasm', 'client.c'], io), 0, messages);
  return join(cwd, 'client.wasm');
}

let compiled: Promise<string> | undefined;

/** The client, which is compiled once. */
const clientPath = (): Promise<string> => (compiled ??= compile());

/** A server that answers what it received, in capitals; gives its port. */
async function serve(t: TestContext): Promise<number> {
  const server = createServer((socket) =>
    socket.on('data', (bytes) => socket.end(String(bytes).toUpperCase())).on('error', () => undefined),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

async function serveDatagrams(t: TestContext): Promise<number> {
  const socket = createSocket('udp4', (bytes, from) =>
    socket.send(String(bytes).toUpperCase(), from.port, from.address),
  );
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return socket.address().port;
}

test('a module asks for connections and receives sockets, for what its rules name and nothing else', async (t) => {
  const path = await clientPath();
  const [port, other, datagrams] = [await serve(t), await serve(t), await serveDatagrams(t)];
  const refusals: ConnectionRefusal[] = [];
  const output = pipe('write');
  const child = launch(
    path,
    new Map<string, unknown>([
      ['network', network([`localhost:${port}`, `127.0.0.1:${datagrams}/udp`])],
      ['output', output],
      [
        'targets',
        [
          `tcp 127.0.0.1 ${port}`,
          `tcp localhost ${port}`,
          `tcp 127.0.0.1 ${other}`,
          `tcp a.example.org ${port}`,
          `udp 127.0.0.1 ${datagrams}`,
          `udp 127.0.0.1 ${port}`,
          `tcp 127.1 ${port}`,
          'tcp 127.0.0.1 0',
          `tcp 127.0.0.1 ${port}`,
        ],
      ],
    ]),
    { onRefusedConnection: (refusal) => refusals.push(refusal) },
  );
  const printed = await text(output.stream);
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  const answers = printed.split('\n').map((line) => line.replace(/^.*: /, ''));
  const denied = 'Permission denied';
  const invalid = 'Invalid argument';
  assert.deepEqual(answers, [
    'HELLO',
    'HELLO',
    denied,
    denied,
    'HELLO',
    denied,
    invalid,
    invalid,
    'HELLO',
    '',
  ]);
  assert.deepEqual(
    refusals.map(({ target }) => target.kind === 'connection' && [target.name, target.port, target.protocol]),
    [
      [undefined, other, 'tcp'],
      ['a.example.org', port, 'tcp'],
      [undefined, port, 'udp'],
    ],
  );
  assert.equal(refusals[0]?.process?.executable, path);
});

/** Runs the client with a network; gives its lines and the refusals. */
async function answersOf(
  granted: ReturnType<typeof network>,
  targets: readonly string[],
  rest: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly lines: readonly string[]; readonly refusals: readonly ConnectionRefusal[] }> {
  const path = await clientPath();
  const refusals: ConnectionRefusal[] = [];
  const output = pipe('write');
  const given = { network: granted, output, targets, ...rest };
  const child = launch(path, new Map<string, unknown>(Object.entries(given)), {
    onRefusedConnection: (refusal) => refusals.push(refusal),
  });
  const printed = await text(output.stream);
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  const lines = printed.trimEnd().split('\n');
  return { lines: lines.map((line) => line.replace(/^.*?: /, '')), refusals };
}

test('limits of a network hold for a module: connections at once, and bytes in all', async (t) => {
  const port = await serve(t);
  const target = `tcp localhost ${port}`;
  const none = { hosts: [`localhost:${port}`] };
  const three = [target, target, target];
  assert.deepEqual((await answersOf(network(none), three, { hold: true })).lines, Array(3).fill('HELLO'));
  const atOnce = network({ ...none, limits: { connections: 2 } });
  const full = await answersOf(atOnce, three, { hold: true });
  assert.deepEqual(full.lines, ['HELLO', 'HELLO', 'No file descriptors available']);
  assert.deepEqual(
    full.refusals.map(({ denial }) => denial),
    [{ kind: 'limit', limit: 'connections' }],
  );
  // Those that have ended do not count.
  assert.deepEqual((await answersOf(atOnce, three)).lines, Array(3).fill('HELLO'));
  // Five bytes and five bytes, twice; none are left for a third.
  const inAll = await answersOf(network({ ...none, limits: { bytes: 20 } }), three);
  assert.deepEqual(inAll.lines, ['HELLO', 'HELLO', 'No file descriptors available']);
  const slow = await answersOf(network({ ...none, limits: { connectionsPerSecond: 2 } }), three);
  assert.deepEqual(slow.lines, Array(3).fill('HELLO'));
  assert.deepEqual(slow.refusals[0]?.denial, { kind: 'limit', limit: 'connections_per_second' });
});

test('rules about requests hold for a module, which speaks HTTP without TLS and never has the secret', async (t) => {
  const { port, seen, secret } = await ownApi(t);
  const granted = network({
    hosts: [
      {
        host: 'localhost',
        ports: port,
        methods: ['GET'],
        paths: ['/allowed'],
        credential: { file: secret },
        at: 8080,
      },
    ],
    limits: { bytes: '1 MiB' },
  });
  const request = (method: string, path: string): string =>
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  const ask = async (method: string, path: string) =>
    answersOf(granted, [`tcp localhost ${port}`, 'tcp 127.0.0.1 8080'], {
      message: request(method, path),
    });
  const good = await ask('GET', '/allowed');
  assert.deepEqual(good.lines, Array(2).fill('HTTP/1.1 200 OK'));
  assert.deepEqual(seen.splice(0), Array(2).fill('GET /allowed Bearer the-secret-of-the-test'));
  const path = await ask('GET', '/other');
  assert.deepEqual(path.lines, Array(2).fill('HTTP/1.1 403 Forbidden'));
  const method = await ask('POST', '/allowed');
  assert.deepEqual(method.lines, Array(2).fill('HTTP/1.1 403 Forbidden'));
  assert.deepEqual(seen, []);
  assert.deepEqual(path.refusals[0]?.target, {
    kind: 'request',
    name: 'localhost',
    port,
    method: 'GET',
    path: '/other',
  });
});

test('limits hold for datagrams of a module', async (t) => {
  const port = await serveDatagrams(t);
  const target = `udp 127.0.0.1 ${port}`;
  const hosts = [`127.0.0.1:${port}/udp`];
  const atOnce = network({ hosts, limits: { connections: 2 } });
  const full = await answersOf(atOnce, [target, target, target], { hold: true });
  assert.deepEqual(full.lines, ['HELLO', 'HELLO', 'No file descriptors available']);
  assert.deepEqual(
    full.refusals.map(({ denial }) => denial),
    [{ kind: 'limit', limit: 'connections' }],
  );
  const inAll = await answersOf(network({ hosts, limits: { bytes: 10 } }), [target, target]);
  assert.deepEqual(inAll.lines, ['HELLO', 'No file descriptors available']);
});

test('ports to publish are refused for a module', () => {
  assert.throws(
    () =>
      plan('examples/hello/hello.wasm', {
        net: network({ hosts: ['a.example.org:443'], publish: { 8080: 80 } }),
      }),
    /has no ports to publish/,
  );
});
