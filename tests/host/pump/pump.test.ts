import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { PumpSocketKind } from '../../../src/host/pump/records.ts';
import { localAddress } from '../../../src/host/sockets/local-address.ts';
import { bindSocket, listen } from '../../../src/host/sockets/socket-setup.ts';
import { dial, loopback, portOf, quietSocket, TestPump } from '../../frame/host/test-pump.ts';
import { until } from '../../frame/programs.ts';

/** A socket that listens on a free port. */
function listener(): { readonly descriptor: number; readonly port: number } {
  const descriptor = quietSocket();
  bindSocket(descriptor, loopback(0));
  listen(descriptor, 4096);
  return { descriptor, port: localAddress(descriptor)?.port ?? 0 };
}

/** A pump whose only listener leads to a port. */
function pumpTo(t: TestContext, target: number): { readonly pump: TestPump; readonly port: number } {
  const { descriptor, port } = listener();
  const pump = new TestPump([[PumpSocketKind.tcp, port, descriptor]]);
  pump.onAccepted = (id) => pump.dial(id, dial(target));
  t.after(() => pump.close());
  return { pump, port };
}

async function server(t: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const made = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  t.after(() => made.close());
  return portOf(made);
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'end');
  return text;
}

test('a connection that is granted carries bytes both ways, and halves of it close alone', async (t) => {
  const target = await server(t, (socket) => {
    void textOf(socket).then((text) => socket.end(text.toUpperCase()));
  });
  const { pump, port } = pumpTo(t, target);
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.end('hello');
  assert.equal(await textOf(client), 'HELLO');
  const [closed] = await pump.wait('closed');
  assert.deepEqual([closed?.sent, closed?.received], [5, 5]);
});

test('a refused connection is reset', async (t) => {
  const { pump, port } = pumpTo(t, 1);
  pump.onAccepted = (id) => pump.refuse(id);
  const client = connect(port, '127.0.0.1');
  const [error] = await once(client, 'error');
  assert.equal(error.code, 'ECONNRESET');
});

test('a socket that cannot connect is reported, and another one can follow', async (t) => {
  const target = await server(t, (socket) => socket.pipe(socket));
  const { pump, port } = pumpTo(t, 1);
  pump.onFailed = (id) => pump.dial(id, dial(target));
  const client = connect(port, '127.0.0.1');
  client.write('again');
  const [answer] = await once(client, 'data');
  assert.equal(String(answer), 'again');
  assert.equal(pump.of('failed')[0]?.errno, 111);
  client.destroy();
});

test('a reset is passed on in both directions', async (t) => {
  const peers: Socket[] = [];
  const target = await server(t, (socket) => {
    peers.push(socket);
  });
  const { port } = pumpTo(t, target);
  const first = connect(port, '127.0.0.1');
  await until('a peer', () => peers.length === 1);
  const gone = once(first, 'error');
  peers[0]?.resetAndDestroy();
  assert.equal((await gone)[0].code, 'ECONNRESET');
  const second = connect(port, '127.0.0.1');
  await until('a peer', () => peers.length === 2);
  const lost = once(peers[1] ?? second, 'error');
  second.resetAndDestroy();
  assert.equal((await lost)[0].code, 'ECONNRESET');
});

test('a receiver that does not read stops the sender, and nothing is lost', async (t) => {
  const peers: Socket[] = [];
  const target = await server(t, (socket) => {
    socket.pause();
    peers.push(socket);
  });
  const { port } = pumpTo(t, target);
  const client = connect(port, '127.0.0.1');
  const block = Buffer.alloc(1 << 20, 'x');
  let sent = 0;
  let full = false;
  while (!full && sent < 200) {
    sent++;
    full = !client.write(block);
    if (full) {
      const drained = await Promise.race([once(client, 'drain').then(() => true), pause(300)]);
      full = !drained;
    }
  }
  assert.ok(sent < 200, 'the sender was never stopped');
  client.end();
  await until('a peer', () => peers.length === 1);
  let received = 0;
  peers[0]?.on('data', (chunk) => {
    received += chunk.length;
  });
  peers[0]?.on('end', () => peers[0]?.end());
  peers[0]?.resume();
  await once(client, 'close');
  assert.equal(received, sent * block.length);
});

function pause(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds);
  });
}

test('two thousand short connections leave no descriptor behind', async (t) => {
  const target = await server(t, (socket) => socket.end('x'));
  const { pump, port } = pumpTo(t, target);
  const descriptors = (): number => readdirSync(`/proc/${pump.started.process.pid}/fd`).length;
  await pump.wait('ready');
  let done = 0;
  const one = async (): Promise<void> => {
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    client.resume();
    await once(client, 'close');
    done++;
  };
  const lanes = Array.from({ length: 50 }, async () => {
    for (let round = 0; round < 40; round++) await one();
  });
  await Promise.all(lanes);
  assert.equal(done, 2000);
  await pump.wait('closed', 2000);
  // A process that hides shows its descriptors to root alone.
  if (process.getuid?.() === 0) assert.equal(descriptors(), 4);
});

test('two thousand connections are open at once', async (t) => {
  const target = await server(t, (socket) => socket.pipe(socket));
  const { pump, port } = pumpTo(t, target);
  const clients: Socket[] = [];
  for (let index = 0; index < 2000; index++) {
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    clients.push(client);
    if (index % 100 === 99) await once(client, 'connect');
  }
  await pump.wait('accepted', 2000);
  for (const client of clients) client.write('ping');
  let answers = 0;
  for (const client of clients) client.once('data', () => answers++);
  await until('all answers', () => answers === 2000);
  for (const client of clients) client.destroy();
  await pump.wait('closed', 2000);
});

test('a pump ends with its control socket', async () => {
  const { descriptor, port } = listener();
  const pump = new TestPump([[PumpSocketKind.tcp, port, descriptor]]);
  await pump.wait('ready');
  await pump.close();
  assert.ok(pump.ended);
});
