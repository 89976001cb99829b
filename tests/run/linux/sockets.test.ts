import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { socketWarning } from '../../../src/plan/linux/sockets.ts';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, fd, socket } from '../../../src/resources/constructors.ts';

const planned = (options: CommandOptions): unknown => plan('/bin/true', command(options));
const tcp = socket({ bind: '127.0.0.1:0' });
const udp = socket({ bind: '127.0.0.1:0', protocol: 'udp' });

test('a UDP socket is handed only to a program that may send datagrams anyway', () => {
  assert.throws(() => planned({ descriptors: { 3: udp } }), /UDP socket cannot be .*any address/);
  assert.throws(() => planned({ descriptors: { 3: udp }, network: 'loopback' }), /UDP socket cannot be/);
  const limited = { mode: 'host', connect: [443] } as const;
  assert.throws(() => planned({ descriptors: { 3: udp }, network: limited }), /UDP socket cannot be/);
  planned({ descriptors: { 3: udp }, network: 'host' });
  planned({ descriptors: { 3: udp }, network: { mode: 'host', connect: [53] } });
});

test('a TCP socket of the host is not handed to a program with a loopback network of its own', async () => {
  planned({ descriptors: { 3: tcp } });
  planned({ descriptors: { 3: tcp }, network: 'host' });
  assert.throws(
    () => planned({ descriptors: { 3: tcp }, network: 'loopback' }),
    /TCP socket cannot be .*publish/,
  );
  assert.throws(() => planned({ stdin: tcp, network: { publish: { 8080: 80 } } }), /TCP socket cannot be/);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const number: unknown = Reflect.get(Reflect.get(server, '_handle'), 'fd');
  assert.ok(typeof number === 'number');
  const handed = { descriptors: { 3: fd(number) } };
  planned(handed);
  assert.throws(() => planned({ ...handed, network: 'loopback' }), /TCP socket cannot be/);
  server.close();
});

test('where Landlock holds no ports, the plan says what a TCP socket can become', () => {
  assert.match(socketWarning(tcp, { mode: 'none' }, false) ?? '', /connect the socket anew/);
  assert.equal(socketWarning(tcp, { mode: 'none' }, true), undefined);
  assert.equal(socketWarning(tcp, { mode: 'host' }, false), undefined);
});
