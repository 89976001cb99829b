import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { makePipe } from '../../src/host/files/new-descriptors.ts';
import { addressOf } from '../../src/host/libc.ts';
import { bindSocket, listen, makeSocket } from '../../src/host/sockets/socket-setup.ts';
import { syscall } from '../../src/host/syscall.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { Relay, relayList } from '../../src/worlds/relay.ts';
import { childrenOf, until } from '../frame/programs.ts';

test('a relay that is not let into a network ends by itself, and leaves nothing', async () => {
  const before = childrenOf(process.pid);
  const listening = makeSocket('ipv4', false);
  const wrong = openSync('/dev/null', 'r');
  const alive = makePipe();
  const relay = new Relay({ listening, port: 80, networkNamespace: wrong, alive: alive.read });
  await until('the relay has ended', () => relay.hasEnded);
  relay.end();
  assert.deepEqual(childrenOf(process.pid), before);
  for (const descriptor of [listening, wrong, alive.read, alive.write]) closeSync(descriptor);
});

test('a relay enters, gives up its powers, and only then accepts', () => {
  const { steps } = relayList({ listening: 5, port: 80, userNamespace: 6, networkNamespace: 7, alive: 8 });
  const order = ['setns', 'capset', 'accept4', 'connect', 'read', 'write'];
  const places = order.map((call) => steps.findIndex((step) => step.call === call));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(!places.includes(-1));
  // Nothing of the launcher's is open by then but what the relay needs.
  assert.ok(steps.findIndex(({ call }) => call === 'close_range') < (places[0] ?? 0));
});

test('a relay serves so many connections at once, and further ones when those have ended', {
  skip: process.getuid?.() !== 0 && 'only root enters a namespace that it is in',
}, async (t) => {
  let accepted = 0;
  const server = createServer((peer) => {
    accepted++;
    peer.on('error', () => undefined);
    peer.pipe(peer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const listening = makeSocket('ipv4', false);
  assert.equal(bindSocket(listening, { family: 'ipv4', host: Uint8Array.of(127, 0, 0, 1), port: 0 }), 0);
  assert.equal(listen(listening, 16), 0);
  const network = openSync('/proc/self/ns/net', 'r');
  const alive = makePipe();
  const port = portOf(server.address());
  const relay = new Relay({ listening, port, networkNamespace: network, alive: alive.read, most: 2 });
  t.after(() => {
    relay.end();
    server.close();
    for (const descriptor of [listening, network, alive.read, alive.write]) closeSync(descriptor);
  });
  const call = (): Socket => connect(portOfSocket(listening), '127.0.0.1');
  const echoed = async (peer: Socket): Promise<string> => {
    peer.write('ping');
    const [data]: unknown[] = await once(peer, 'data');
    return String(data);
  };
  const [first, second, third] = [call(), call(), call()];
  assert.deepEqual(await Promise.all([echoed(first), echoed(second)]), ['ping', 'ping']);
  const late = echoed(third);
  assert.equal(await echoed(first), 'ping');
  assert.equal(accepted, 2);
  first.end();
  assert.equal(await late, 'ping');
  assert.equal(accepted, 3);
  for (const peer of [second, third]) peer.destroy();
});

function portOf(address: unknown): number {
  return Number(Reflect.get(Object(address), 'port'));
}

/** The port that a socket of IPv4 is bound to (getsockname(2)). */
function portOfSocket(socket: number): number {
  const room = Buffer.alloc(16);
  const length = Uint32Array.of(room.length);
  assert.equal(syscall(callNumberOf('getsockname'), socket, addressOf(room), addressOf(length)), 0);
  return room.readUInt16BE(2);
}
