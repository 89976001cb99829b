import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type ConnectionRefusal, launch, network, pipe, plan } from '../../../src/index.ts';
import { cc } from '../../../src/toolchain/cc.ts';
import { loadClang } from '../../../src/toolchain/clang.ts';
import { makeFolder } from '../../frame/programs.ts';

/** Asks for connections, one for each string in "targets", says "hello" through each, and prints what comes back. */
const SOURCE = `
#include <cloudabi.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void program_main(const argdata_t *ad) {
  int network = -1, output = -1;
  argdata_map_iterator_t list_at;
  const argdata_t *list;
  const argdata_t *item;
  argdata_seq_iterator_t it;
  program_argument_fd(ad, "network", &network);
  program_argument_fd(ad, "output", &output);
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
      write(connection, "hello", 5);
      length = read(connection, answer, sizeof(answer));
      close(connection);
    }
    dprintf(output, "%s: %s%.*s\\n", target, error ? strerror(error) : "", (int)length, answer);
  }
}
`;

async function compile(t: TestContext): Promise<string> {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'client.c'), SOURCE);
  let messages = '';
  const io = {
    cwd,
    clang: await loadClang(),
    stderr: (words: string) => (messages += words),
    stdout: () => {},
  };
  assert.equal(await cc(['-o', 'client.wasm', 'client.c'], io), 0, messages);
  assert.ok(readFileSync(join(cwd, 'client.wasm')).length > 0);
  return join(cwd, 'client.wasm');
}

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
  const path = await compile(t);
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

test('limits and ports that nothing holds for a module are refused', () => {
  const path = 'examples/hello/hello.wasm';
  const refused = (options: Parameters<typeof network>[0], message: RegExp): void => {
    assert.throws(() => plan(path, { net: network(options) }), message);
  };
  refused({ hosts: ['a.example.org:443'], limits: { bytes: 5 } }, /Limits of a network cannot be held/);
  refused({ hosts: ['a.example.org:443'], publish: { 8080: 80 } }, /has no ports to publish/);
});
