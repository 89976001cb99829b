import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { bindSocket, makeSocket } from '../../src/host/sockets/socket-setup.ts';
import { DatagramReader, DatagramRelay, datagramRelayList } from '../../src/worlds/datagram-relay.ts';
import { childrenOf, until } from '../frame/programs.ts';

const MOST = 64;

const SEND = `
import socket, sys, array
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
s.send(b'first')
s.send(b'')
s.send(b'x' * 100)
s.sendmsg([b'with a descriptor'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]))])
s.send(b'last')
`;

test('datagrams come whole and in order, cut where they are too long, and without descriptors', async () => {
  const before = childrenOf(process.pid);
  const folder = mkdtempSync(join(tmpdir(), 'datagrams-'));
  const path = join(folder, 'log');
  const from = makeSocket('unix', true);
  assert.equal(bindSocket(from, { family: 'unix', path }), 0);
  const [ours, to] = makeSocketPair();
  const relay = new DatagramRelay({ from, to, most: MOST });
  closeSync(from);
  closeSync(to);
  const stream = new Socket({ fd: ours });
  const reader = new DatagramReader(MOST);
  const got: string[] = [];
  stream.on('data', (chunk) => {
    for (const datagram of reader.push(chunk)) got.push(datagram.toString());
  });
  const { status, stderr } = spawnSync('python3', ['-c', SEND, path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  await until('the last has come', () => got.includes('last'));
  assert.deepEqual(got, ['first', 'x'.repeat(MOST), 'with a descriptor', 'last']);
  relay.end();
  stream.destroy();
  await until('it has gone', () => childrenOf(process.pid).length === before.length);
  rmSync(folder, { recursive: true });
});

test('a relay of datagrams gives up its powers before it receives', () => {
  const { steps } = datagramRelayList({ from: 5, to: 6, most: MOST });
  const places = ['close_range', 'capset', 'prctl', 'recvfrom', 'write'].map((call) =>
    steps.findIndex((step) => step.call === call),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(!places.includes(-1));
});

test('records that no relay writes are refused', () => {
  const record = Buffer.alloc(8 + MOST);
  record.writeBigUInt64LE(BigInt(MOST + 1));
  assert.throws(() => new DatagramReader(MOST).push(record), RangeError);
  record.writeBigInt64LE(-1n);
  assert.throws(() => new DatagramReader(MOST).push(record), RangeError);
});
