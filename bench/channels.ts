// What does a secure channel between two programs cost? A client speaks to a server that answers with what it gets: over a UNIX
// socket without anything between (without), through two plain proxies of node:tls with certificates of both sides (node:tls),
// and through the two sidecars of a graph, which check the identity of the peer besides. All are processes of their own on
// the loopback. Contenders take turns, and the least of all turns counts.
// Run: npm run bench -- channels [--turns N]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ChannelAuthority } from '../src/graph/channels/authority.ts';
import { identityOf } from '../src/graph/channels/identity.ts';
import { benchOptions, least, OURS, type Result, report } from './report.ts';

const options = benchOptions(5);
const WITHOUT = 'without';
const PLAIN = 'node:tls';

/** Trips are made in short batches, of which the least counts: other work on the machine misses some. */
const BATCHES = 12;
const BATCH = 100;
const MESSAGE = Buffer.alloc(64, 1);
const CONNECTIONS = 15;
const PIECE = Buffer.alloc(65_536, 1);
const PIECES = 512;

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-bench-'));
const program = fileURLToPath(new URL('programs/channel-process.js', import.meta.url));
const children: ChildProcess[] = [];
const at = (name: string): string => join(folder, name);

/** Starts a process; its port. */
async function start(part: string, settings: object): Promise<number> {
  const child = spawn(process.execPath, [program, part, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface(child.stdout), 'line');
  return Number(line);
}

async function issue(authority: ChannelAuthority, account: string): Promise<string> {
  const certificates = at(account);
  mkdirSync(certificates);
  const { credentials } = await authority.make({ namespace: 'shop', account }, 3_600_000, Date.now());
  writeFileSync(join(certificates, 'credentials.pem'), credentials);
  writeFileSync(join(certificates, 'trust.pem'), authority.trust);
  return certificates;
}

async function dial(path: string): Promise<Socket> {
  const socket = connect({ path });
  await once(socket, 'connect');
  return socket;
}

/** Microseconds from a message to its answer. */
async function trip(path: string): Promise<number> {
  const socket = await dial(path);
  let found: number | undefined;
  for (let batch = 0; batch < BATCHES; batch++) {
    const begun = performance.now();
    for (let one = 0; one < BATCH; one++) {
      socket.write(MESSAGE);
      await once(socket, 'data');
    }
    found = least(found, ((performance.now() - begun) * 1000) / BATCH);
  }
  socket.destroy();
  return found ?? Number.NaN;
}

/** Milliseconds from a new connection to its first answer. */
async function connection(path: string): Promise<number> {
  let found: number | undefined;
  for (let one = 0; one < CONNECTIONS; one++) {
    const begun = performance.now();
    const socket = await dial(path);
    socket.write(MESSAGE);
    await once(socket, 'data');
    found = least(found, performance.now() - begun);
    socket.destroy();
  }
  return found ?? Number.NaN;
}

/** Milliseconds for 32 MiB there and back. */
async function bulk(path: string): Promise<number> {
  const socket = await dial(path);
  let left = PIECE.length * PIECES;
  const begun = performance.now();
  const all = new Promise<void>((resolve) => {
    socket.on('data', (piece) => {
      left -= piece.length;
      if (left <= 0) resolve();
    });
  });
  for (let piece = 0; piece < PIECES; piece++) if (!socket.write(PIECE)) await once(socket, 'drain');
  await all;
  socket.destroy();
  return performance.now() - begun;
}

const authority = await ChannelAuthority.open([]);
await authority.renew(Date.now());
const [front, orders] = [await issue(authority, 'front'), await issue(authority, 'orders')];
const [client, server] = [identityOf('shop', 'front'), identityOf('shop', 'orders')];
const paths = { [WITHOUT]: at('echo'), [PLAIN]: at('plain'), [OURS]: at('ours') };
await start('echo', { path: at('echo') });
const plain = await start('plain server', { certificates: orders, path: at('echo') });
await start('plain client', { certificates: front, path: at('plain'), port: plain });
const ours = await start('our server', { certificates: orders, path: at('echo'), identity: client });
await start('our client', { certificates: front, path: at('ours'), port: ours, identity: server });
for (const path of Object.values(paths))
  for (let look = 0; look < 1000 && !existsSync(path); look++) await pause(10);

const works = [
  { work: 'connection', unit: 'ms', measure: connection },
  { work: 'trip', unit: 'us', measure: trip },
  { work: 'bulk', unit: 'ms', measure: bulk },
] as const;
const results: Result[] = [];
for (const { work, unit, measure } of works) {
  const values: Record<string, number> = {};
  // The first turn warms all of them up.
  for (let turn = 0; turn <= options.turns; turn++)
    for (const [name, path] of Object.entries(paths)) {
      const figure = await measure(path);
      if (turn > 0) values[name] = least(values[name], figure);
    }
  results.push({ work, unit, values });
}
for (const child of children) child.kill();
rmSync(folder, { recursive: true });
report(results, options);
