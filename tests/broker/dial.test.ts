// UNIX sockets that stand for hosts: a program that may change their folder leads the launcher nowhere else.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { beginDial, beginGrantedSocketDial } from '../../src/broker/dial.ts';
import { getOption } from '../../src/host/sockets/socket-setup.ts';
import { LinuxErrno } from '../../src/linux/errno.ts';
import { SO_KEEPALIVE, SOL_SOCKET } from '../../src/linux/sockets.ts';
import { addressOfBytes } from '../../src/network/address.ts';
import { parseRule } from '../../src/network/parse-rule.ts';
import { socketFinder } from '../../src/resources/hosts.ts';

async function listenAt(context: TestContext, path: string): Promise<void> {
  const server = createServer((socket) => socket.destroy()).listen(path);
  context.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
}

function folderOf(context: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dial-')));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Finds the socket of the one rule, as a start does. */
function found(socket: string): () => string | undefined {
  const { value: rule } = parseRule('orders:7000');
  assert.ok(rule !== undefined);
  const find = socketFinder({ hosts: [{ rule, requests: undefined, socket, position: undefined }] });
  return () => find(rule);
}

function dial(path: string | undefined): number {
  const socket = beginGrantedSocketDial(path ?? '');
  if (socket < 0) return socket;
  closeSync(socket);
  return 0;
}

test('a granted socket is dialled, and no other that a link leads to once the program runs', async (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'granted'));
  mkdirSync(join(folder, 'secret'));
  const path = join(folder, 'granted/one.sock');
  await listenAt(t, path);
  await listenAt(t, join(folder, 'secret/one.sock'));
  const find = found(path);
  assert.equal(dial(find()), 0);
  renameSync(path, join(folder, 'granted/kept.sock'));
  symlinkSync(join(folder, 'secret/one.sock'), path);
  assert.equal(dial(find()), -LinuxErrno.ELOOP);
  renameSync(join(folder, 'granted'), join(folder, 'moved'));
  symlinkSync(join(folder, 'secret'), join(folder, 'granted'));
  assert.equal(dial(find()), -LinuxErrno.ELOOP);
});

test('links of a granted socket that are there before the program are followed; the socket may come later', async (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  const find = found(join(folder, 'link/one.sock'));
  assert.equal(dial(find()), -LinuxErrno.ENOENT);
  await listenAt(t, join(folder, 'real/one.sock'));
  assert.equal(dial(find()), 0);
});

test('a server is asked whether it is still there, but for one of this host', async (t) => {
  const server = createServer((socket) => socket.destroy()).listen(0, '0.0.0.0');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const isAsked = (last: number): number => {
    const address = addressOfBytes([127, 0, 0, last]);
    const socket = beginDial({ address, port, protocol: 'tcp' }, false);
    assert.ok(socket >= 0);
    const asked = getOption(socket, [SOL_SOCKET, SO_KEEPALIVE]);
    closeSync(socket);
    return asked;
  };
  assert.equal(isAsked(1), 0);
  // Another address, of which only the test knows that it is this host's.
  assert.equal(isAsked(2), 1);
});
