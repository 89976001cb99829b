import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { addressOf } from '../../../src/host/libc.ts';
import { syscall } from '../../../src/host/syscall.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';
import { coreWarning } from '../../../src/plan/linux/core-dumps.ts';
import { portsProblem, socketProblem } from '../../../src/plan/linux/sockets.ts';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, fd, socket } from '../../../src/resources/constructors.ts';
import { launchPlan } from '../../../src/run/launch.ts';

const AF_UNIX = 1;
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0x80000;

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

/** socket(2) and socketpair(2) by number, for kinds that Node does not make. */
function makeRaw(family: number, type: number, protocol: number): number {
  return syscall(callNumberOf('socket'), family, type | SOCK_CLOEXEC, protocol);
}

test('lists of ports are refused where nothing holds them', () => {
  for (const list of [{ connect: [443] }, { bind: [] }])
    assert.match(portsProblem({ mode: 'host', ...list }, 'document', false) ?? '', /holds no ports/);
  assert.equal(portsProblem({ mode: 'host' }, 'document', false), undefined);
  assert.equal(portsProblem({ mode: 'host', connect: [443] }, 'document', true), undefined);
});

test('io_uring, which the filter does not see, is not granted with limits on sockets', () => {
  const rings = { systemCalls: ['io_uring'] };
  assert.throws(() => planned({ ...rings, descriptors: { 3: tcp } }), /'io_uring' cannot be granted/);
  for (const limits of [{ connect: [443] }, { bind: [] }])
    assert.throws(
      () => planned({ ...rings, network: { mode: 'host', ...limits } }),
      /'io_uring' cannot be granted with lists of ports/,
    );
  planned({ ...rings });
  planned({ ...rings, descriptors: { 3: tcp }, network: 'host' });
});

test('only sockets of which the walls know how they connect are handed over', (t) => {
  const kinds = [
    ['MPTCP', AF_INET, SOCK_STREAM, 262],
    ['SCTP', AF_INET, SOCK_STREAM, 132],
    ['SMC', 43, SOCK_STREAM, 0],
    ['VSOCK', 40, SOCK_STREAM, 0],
    ['UDP-Lite', AF_INET, SOCK_DGRAM, 136],
    ['ICMP', AF_INET, SOCK_DGRAM, 1],
    ['netlink', 16, SOCK_DGRAM, 0],
    ['UNIX sequenced packet', AF_UNIX, 5, 0],
  ] as const;
  let tried = 0;
  for (const [name, family, type, protocol] of kinds) {
    const socket = makeRaw(family, type, protocol);
    if (socket < 0) {
      t.diagnostic(`this host has no ${name}`);
      continue;
    }
    tried++;
    const message = new RegExp(`kind that cannot be granted \\(${name}`);
    assert.throws(() => planned({ descriptors: { 3: fd(socket) }, network: 'host' }), message);
    // The same for programs of other kinds.
    assert.throws(() => plan('examples/hello/hello.wasm', { given: fd(socket) }), message);
    assert.throws(() => plan('examples/file-server/files.ts', { given: fd(socket) }), message);
    closeSync(socket);
  }
  assert.notEqual(tried, 0);
  for (const [family, protocol] of [
    [AF_INET, 0],
    [10, 6],
    [AF_UNIX, 0],
  ] as const) {
    const socket = makeRaw(family, SOCK_STREAM, protocol);
    planned({ descriptors: { 3: fd(socket) } });
    closeSync(socket);
  }
});

test('a UNIX socket that sends to other addresses is not handed over where they would be services of the host', async (t) => {
  const [left, right] = makePair(t, SOCK_DGRAM);
  const datagram = command({ descriptors: { 3: fd(left) }, network: 'host' });
  const unconnected = makeRaw(AF_UNIX, SOCK_STREAM, 0);
  const stream = command({ descriptors: { 3: fd(unconnected) }, network: 'host' });
  for (const made of [datagram, stream]) {
    assert.throws(
      () => plan('/bin/true', made, { walls: 'landlock' }),
      /UNIX socket that sends to other addresses/,
    );
    assert.throws(
      () => launchPlan(plan('/bin/true', made), { walls: 'landlock' }),
      /UNIX socket that sends to other addresses/,
    );
    plan('/bin/true', made);
  }
  plan('/bin/true', command({ descriptors: { 3: fd(right) } }), { walls: 'landlock' });
  const [peer] = makePair(t, SOCK_STREAM);
  plan('/bin/true', command({ descriptors: { 3: fd(peer) }, network: 'host' }), { walls: 'landlock' });
  const held = { network: { mode: 'none' }, walls: 'all', scopes: false, spelling: 'document' } as const;
  assert.match(socketProblem(fd(left), 'stdin', held) ?? '', /keeps no abstract sockets apart/);
  assert.equal(socketProblem(fd(left), 'stdin', { ...held, scopes: true }), undefined);
  closeSync(unconnected);
});

/** A pair of UNIX sockets, closed after the test. */
function makePair(t: TestContext, type: number): readonly [number, number] {
  const ends = new Int32Array(2);
  const made = syscall(callNumberOf('socketpair'), AF_UNIX, type | SOCK_CLOEXEC, 0, addressOf(ends));
  assert.equal(made, 0);
  const [left = -1, right = -1] = ends;
  t.after(() => {
    closeSync(left);
    closeSync(right);
  });
  return [left, right];
}

test('the plan says that a crash reaches a socket of the host, where the host is set so', () => {
  assert.match(coreWarning('@/run/coredump.socket') ?? '', /A crash connects/);
  for (const pattern of ['core', '|/usr/lib/handler %p', '']) assert.equal(coreWarning(pattern), undefined);
});
