import assert from 'node:assert/strict';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { hostIn } from '../../src/graph/http-host.ts';
import { launchGraph } from '../../src/graph/index.ts';
import { ArrowRelay, noTraffic, tryOnce } from '../../src/graph/relay.ts';
import { bindSocket, listen, makeSocket } from '../../src/host/sockets/socket-setup.ts';
import { check } from '../../src/host/system-error.ts';
import { graphFolder } from '../frame/graph/graphs.ts';
import { makeFolder, until } from '../frame/programs.ts';

/** A server at a path that says a word to each client. */
async function serve(t: TestContext, path: string, word: string): Promise<Server> {
  const server = createServer((client) => client.on('error', () => client.destroy()).end(word)).listen(path);
  await once(server, 'listening');
  t.after(() => server.close());
  return server;
}

/** Connects through a relay to a path, and reads to the end. */
async function through(t: TestContext, folder: string, path: string): Promise<string> {
  const place = join(folder, `relay-${basename(path)}`);
  const fd = check(makeSocket('unix', false), 'socket');
  check(bindSocket(fd, { family: 'unix', path: place }), 'bind');
  check(listen(fd, 1), 'listen');
  const relay = new ArrowRelay(fd, {
    target: async (_: Socket) => ({
      to: { dial: () => tryOnce(path), traffic: noTraffic() },
      head: Buffer.alloc(0),
    }),
    patience: 0,
  });
  t.after(() => relay.end());
  const chunks: Buffer[] = [];
  for await (const chunk of connect(place)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a relay reaches the socket of its server, and follows no link in its place', async (t) => {
  const folder = makeFolder(t);
  await serve(t, join(folder, 'it.sock'), 'hello');
  symlinkSync(join(folder, 'it.sock'), join(folder, 'link.sock'));
  writeFileSync(join(folder, 'file.sock'), '');
  assert.equal(await through(t, folder, join(folder, 'it.sock')), 'hello');
  assert.equal(await through(t, folder, join(folder, 'link.sock')), '');
  assert.equal(await through(t, folder, join(folder, 'file.sock')), '');
});

const GRAPH = `!graph
programs:
  store:
    program: ${process.execPath}
    grants: !command
      base: system
      arguments: [/app/store.js]
      directories: { /app: !file { path: app }, /run/store: !arrow store }
      proc: processes
      stdout: !fd stdout
  client:
    program: ${process.execPath}
    grants: !command
      base: system
      arguments: [/app/client.js]
      directories: { /app: !file { path: app } }
      sockets: { /run/store.sock: !arrow store }
      proc: processes
      stdout: !fd stdout
arrows:
  store: !connection { from: client, to: store, socket: it.sock }
`;

test('a server that plants a link leads neither clients nor us to a socket of the host', async (t) => {
  const file = graphFolder(t, GRAPH, {
    'app/store.js': `const fs = require('fs'); const at = '/run/store/it.sock';
      fs.symlinkSync(fs.readFileSync('/app/target', 'utf8'), at); console.log('planted');
      const look = () => { if (!fs.existsSync('/app/go')) return setTimeout(look, 20);
        fs.rmSync(at); require('net').createServer((c) => c.end('hi')).listen(at); }; look();`,
    'app/client.js': `let got = ''; require('net').connect('/run/store.sock').on('data', (d) => { got += d; })
      .on('error', (e) => { got += e; }).on('close', () => { console.log('got ' + got); setInterval(() => {}, 1e9); });`,
  });
  const folder = dirname(file);
  const host = await serve(t, join(folder, 'host.sock'), 'a secret of the host');
  let reached = false;
  host.on('connection', () => {
    reached = true;
  });
  writeFileSync(join(folder, 'app/target'), join(folder, 'host.sock'));
  const lines: string[] = [];
  const started = launchGraph(file, { onLine: ({ program, text }) => lines.push(`${program} ${text}`) });
  t.after(async () => (await started).down());
  await until('the link is planted', () => lines.includes('store planted'));
  // Time for us to look for the server.
  await pause(300);
  writeFileSync(join(folder, 'app/go'), '');
  await started;
  const said = (): string | undefined => lines.find((line) => line.startsWith('client got'));
  await until('the client has an answer', () => said() !== undefined);
  assert.equal(said(), 'client got hi', lines.join('\n'));
  assert.equal(reached, false);
});

test('the host of a request is found in the same time in a line of blanks', () => {
  assert.equal(hostIn('GET / HTTP/1.1\r\nHost: \t Shop.example:8080 \t'), 'shop.example');
  assert.equal(hostIn('GET / HTTP/1.1\r\nHost: a\r\nhost: b'), undefined);
  const cost = (line: string): number => {
    const before = process.cpuUsage();
    for (let turn = 0; turn < 20; turn++) hostIn(`GET / HTTP/1.1\r\nHost: a${line}b`);
    return process.cpuUsage(before).user + 1000;
  };
  cost('-'.repeat(8000));
  const plain = cost('-'.repeat(8000));
  assert.ok(cost(' '.repeat(8000)) < 50 * plain, 'blanks cost much more than other characters');
});
