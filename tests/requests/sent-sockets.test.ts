import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { SentSockets } from '../../src/requests/sent-sockets.ts';
import { makeFolder, until } from '../frame/programs.ts';

test('sockets on their way to a process that ends are closed', async (t) => {
  const peers: Socket[] = [];
  const server = createServer((socket) => peers.push(socket.resume())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const script = join(makeFolder(t), 'child.cjs');
  // It takes the first socket, and never comes to the next.
  writeFileSync(script, "process.send('up'); process.on('message', () => { for (;;); });");
  const child = fork(script);
  await once(child, 'message');
  const sent = new SentSockets();
  for (let socket = 0; socket < 3; socket++) {
    const client = connect(address.port, '127.0.0.1');
    await once(client, 'connect');
    sent.add(client);
    child.send({ socket }, client, {}, () => undefined);
  }
  await until('all of them have come', () => peers.length === 3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  sent.close();
  await until('all of them are closed', () => peers.every((peer) => peer.destroyed));
  server.close();
});
