import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { getFlags, setFlags } from '../../../src/host/files/files.ts';
import { type ConnectionRefusal, service } from '../../../src/index.ts';
import { O_NONBLOCK } from '../../../src/linux/open-flags.ts';
import type { ServiceChannel } from '../../../src/services/client/channel.ts';
import { mapOfWire, Passed, type Wire } from '../../../src/services/wire.ts';
import { freePort } from '../../frame/free-port.ts';
import { childrenOf, isAlive, makeFolder, until } from '../../frame/programs.ts';
import { wireMap } from '../../frame/services/open-channel.ts';
import { openGranted } from '../../frame/services/open-granted.ts';

test('a confined process walks a tree and opens its files', (t) => {
  const directory = makeFolder(t);
  for (const name of ['one.txt', 'two.md']) writeFileSync(join(directory, name), name);
  const channel = openGranted(t, service({ filesystem: { directory, paths: ['*.txt'] } }));
  const found = mapOfWire(channel.call('walk', wireMap({ after: '', most: 10 })))?.get('entries');
  assert.deepEqual(Array.isArray(found) ? found.map((entry) => mapOfWire(entry)?.get('path')) : found, [
    'one.txt',
  ]);
  const passed = channel.call('open', wireMap({ path: 'one.txt' }));
  assert.ok(passed instanceof Passed);
  assert.equal(readFileSync(passed.descriptor, 'utf8'), 'one.txt');
  assert.throws(() => writeSync(passed.descriptor, 'x'), { code: 'EBADF' });
  closeSync(passed.take());
  assert.throws(() => channel.call('open', wireMap({ path: 'two.md' })), { code: 'ENOENT' });
  channel.limit(wireMap({ commands: ['walk'] }));
  assert.throws(() => channel.call('open', wireMap({ path: 'one.txt' })), { code: 'ENOTCAPABLE' });
  assert.throws(() => channel.limit(wireMap({ directory: '/' })), { code: 'ENOTCAPABLE' });
});

test('a confined process reads files of a configuration in every format', async (t) => {
  const folder = makeFolder(t);
  const files = [
    ['a.yaml', 'yaml: {a: 1}'],
    ['b.json', '{"json": {"a": 1}}'],
    ['c.toml', 'toml = {a = 1}'],
    ['d.ini', '[ini]\na=1'],
    ['e.env', 'ENV=1'],
    ['login.conf', 'default:a#1:'],
  ].map(([name = '', text = '']) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const channel = openGranted(t, service({ configuration: { files, except: ['json/**'] } }));
  const a = new Map<Wire, Wire>([['a', 1]]);
  const expected: readonly (readonly [string, Wire])[] = [
    ['yaml', a],
    ['toml', a],
    ['ini', new Map<Wire, Wire>([['a', '1']])],
    ['ENV', '1'],
    ['default', a],
  ];
  assert.deepEqual(await channel.ask('get', wireMap({ keys: [] })), new Map(expected));
  await assert.rejects(channel.ask('get', wireMap({ keys: ['json', 'a'] })), { code: 'ENOENT' });
});

test('a confined process connects by the broker of the launcher', async (t) => {
  const server = createServer((socket) => socket.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const hosts = [`localhost:${port}`];
  const channel = openGranted(
    t,
    service({ net: { connect: hosts, bind: ['localhost:1-65535'], looked_up_only: true } }),
  );
  const target = { host: '127.0.0.1', port, protocol: 'tcp' };
  await assert.rejects(
    channel.ask('connect', wireMap(target)),
    { code: 'ENOTCAPABLE' },
    'nothing was looked up',
  );
  const found = await channel.ask('lookup', wireMap({ ...target, host: 'localhost' }));
  assert.ok(Array.isArray(found) && found.some((one) => mapOfWire(one)?.get('address') === '127.0.0.1'));
  const socket = await channel.ask('connect', wireMap(target));
  assert.ok(socket instanceof Passed);
  assert.equal(readFileSync(socket.descriptor, 'utf8'), 'hello');
  closeSync(socket.take());
  for (const wrong of [
    { port: port === 1 ? 2 : 1 },
    { protocol: 'udp' },
    { host: '127.0.0.2' },
    { host: 'example.org' },
  ])
    await assert.rejects(
      channel.ask('connect', wireMap({ ...target, ...wrong })),
      { code: 'ENOTCAPABLE' },
      JSON.stringify(wrong),
    );
  for (const host of ['', 'a b', '127.1', '0x7f.1', 'a\nb'])
    await assert.rejects(channel.ask('connect', wireMap({ ...target, host })), { code: 'EINVAL' }, host);
  channel.limit(wireMap({ families: ['ipv6'] }));
  await assert.rejects(channel.ask('connect', wireMap(target)), { code: 'ENOTCAPABLE' });
});

test('limits of the service net count the connections of all its channels together', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined).write('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const datagrams = createSocket('udp4', (bytes, from) => datagrams.send(bytes, from.port, from.address));
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
  t.after(() => datagrams.close());
  const address = server.address();
  const tcp = {
    host: '127.0.0.1',
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    protocol: 'tcp',
  };
  const udp = { host: '127.0.0.1', port: datagrams.address().port, protocol: 'udp' };
  const rules = [`127.0.0.1:${tcp.port}`, `127.0.0.1:${udp.port}/udp`];
  const told: ConnectionRefusal[] = [];
  const open = (limits: Readonly<Record<string, number>>): ReturnType<typeof openGranted> =>
    openGranted(t, service({ net: { connect: rules, ...limits } }), {
      onRefusedConnection: (refusal) => told.push(refusal),
    });
  const take = async (channel: ServiceChannel, target: Readonly<Record<string, Wire>>): Promise<number> => {
    const socket = await channel.ask('connect', wireMap(target));
    assert.ok(socket instanceof Passed);
    return socket.take();
  };
  // The servers and the launcher are in this process, so that no call may wait.
  const read = async (socket: number, room = 5): Promise<string> => {
    const bytes = Buffer.alloc(room);
    setFlags(socket, getFlags(socket) | O_NONBLOCK);
    for (let tries = 0; tries < 5000; tries++) {
      try {
        return bytes.toString('utf8', 0, readSync(socket, bytes));
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'EAGAIN', String(error));
      }
      await setTimeout(20);
    }
    return assert.fail('nothing comes');
  };

  // Handles that keep this process from ending.
  const handles = (): number =>
    process.getActiveResourcesInfo().filter((name) => name.endsWith('Wrap')).length;
  const before = handles();
  const two = open({ connections: 2 });
  assert.equal(handles(), before, 'the pump of the limits keeps its launcher from ending');
  const [first, second] = [await take(two, tcp), await take(two, udp)];
  assert.equal(await read(first), 'hello');
  writeSync(second, 'ping');
  writeSync(second, 'pong!');
  // Each datagram arrives by itself.
  assert.deepEqual([await read(second, 100), await read(second, 100)], ['ping', 'pong!']);
  await assert.rejects(take(two, tcp), { code: 'EMFILE' });
  assert.deepEqual(
    told.splice(0).map(({ denial }) => denial),
    [{ kind: 'limit', limit: 'connections' }],
  );
  closeSync(second);
  // The end of a connection is told a moment later.
  for (let tries = 0; ; tries++) {
    const next = await take(two, tcp).catch(() => undefined);
    if (next !== undefined) {
      closeSync(next);
      break;
    }
    assert.ok(tries < 500, 'a connection that has ended counts on');
    await setTimeout(20);
  }
  closeSync(first);

  const few = open({ bytes: 5 });
  const counted = await take(few, tcp);
  assert.equal(await read(counted), 'hello');
  await assert.rejects(take(few, udp), { code: 'EMFILE' });
  closeSync(counted);
  assert.throws(() => few.limit(wireMap({ bytes: 1000 })), { code: 'ENOTCAPABLE' });
});

test('connections within limits outlive their channel, and the process that carries them ends with the last', async (t) => {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const pumps = (): number =>
    childrenOf(process.pid).filter(
      (pid) => isAlive(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'cloudabi-pump\n',
    ).length;
  await until('there is no pump of tests before', () => pumps() === 0);
  const channel = openGranted(t, service({ net: { connect: [`127.0.0.1:${port}`], connections: 1 } }));
  const passed = await channel.ask('connect', wireMap({ host: '127.0.0.1', port, protocol: 'tcp' }));
  assert.ok(passed instanceof Passed);
  const socket = passed.take();
  const [provider] = childrenOf(process.pid).filter(
    (pid) => isAlive(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'cloudabi-pump\n',
  );
  channel.close();
  await until('the service has ended', () => provider === undefined || !isAlive(provider));
  assert.equal(pumps(), 1);
  const client = new Socket({ fd: socket });
  client.write('still there');
  const [bytes] = await once(client, 'data');
  assert.equal(String(bytes), 'still there');
  client.destroy();
  await until('the pump has ended', () => pumps() === 0);
});

test('a socket is bound and listens where the limits say', async (t) => {
  const port = await freePort();
  const channel = openGranted(t, service({ net: { connect: [], bind: [`localhost:${port}`] } }));
  const asked = { address: '127.0.0.1', port, protocol: 'tcp' };
  const bound = await channel.ask('bind', wireMap(asked));
  assert.ok(bound instanceof Passed);
  const server = createServer((socket) => socket.end('bound')).listen({ fd: bound.take() });
  t.after(() => server.close());
  await once(server, 'listening');
  const socket = connect(port, '127.0.0.1');
  const [chunk] = await once(socket, 'data');
  assert.equal(String(chunk), 'bound');
  for (const wrong of [
    { address: '0.0.0.0' },
    { address: '::' },
    { port: port === 1 ? 2 : 1 },
    { protocol: 'udp' },
  ])
    await assert.rejects(
      channel.ask('bind', wireMap({ ...asked, ...wrong })),
      { code: 'ENOTCAPABLE' },
      JSON.stringify(wrong),
    );
});
