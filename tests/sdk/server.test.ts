import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { filesIn } from '../../src/toolchain/library.ts';

/**
 * The web server compiled natively: its own behaviour, apart from the gate it usually runs behind. Run with
 * CC_FLAGS=-fsanitize=address,undefined to look for memory errors.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-server-'));
const site = join(scratch, 'site');
const log = join(scratch, 'log');
const servers: ChildProcess[] = [];
after(() => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(scratch, { recursive: true });
});

mkdirSync(join(site, 'folder'), { recursive: true });
writeFileSync(join(site, 'index.html'), '<p>root</p>');
writeFileSync(join(site, 'folder/index.html'), '<p>folder</p>');
writeFileSync(join(site, 'with space.txt'), 'spaced');
writeFileSync(join(site, '.hidden'), 'secret');
writeFileSync(join(site, 'big.bin'), Buffer.alloc(3_000_000, 'x'));
symlinkSync('nowhere', join(site, 'broken'));

const { CC_FLAGS: cFlags = '' } = process.env;
const port = await startServer();
const skip = port === undefined && 'there is no native C compiler';

async function startServer(): Promise<number | undefined> {
  const library = filesIn('src').filter((name) =>
    // The rest calls CloudABI.
    /^(argdata\/(?!reader|writer).*|program\/(accept_loop|argument.*|directory))\.c$/.test(name),
  );
  const sources = ['tests/sdk/native_host.c', 'examples/webserver/server.c'];
  const flags = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Isdk/c/include', ...cFlags.split(' ')];
  const argv = [
    ...flags.filter(Boolean),
    ...sources,
    ...library.map((name) => `sdk/c/src/${name}`),
    '-o',
    join(scratch, 'server'),
  ];
  const compiled = spawnSync('cc', argv, { cwd: root, encoding: 'utf8' });
  if (compiled.error) return undefined;
  assert.equal(compiled.status, 0, compiled.stderr);
  const server = spawn(join(scratch, 'server'), [site, log], { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  const [line] = await once(server.stdout, 'data');
  return Number(line);
}

/** Sends bytes on a connection of their own and gives everything that comes back. */
async function raw(bytes: string | Buffer): Promise<string> {
  const socket = connect(port ?? 0, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

async function status(requestLine: string, fields = 'Host: x\r\n'): Promise<number> {
  const answer = await raw(`${requestLine}\r\n${fields}Connection: close\r\n\r\n`);
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

const statuses: readonly (readonly [string, number])[] = [
  ['GET / HTTP/1.1', 200],
  ['GET /?query HTTP/1.1', 200],
  ['GET http://x/index.html HTTP/1.1', 200],
  ['GET /folder/ HTTP/1.1', 200],
  ['GET /folder HTTP/1.1', 301],
  ['GET /with%20space.txt HTTP/1.1', 200],
  ['GET /%69ndex.html HTTP/1.1', 200],
  ['GET /none HTTP/1.1', 404],
  ['GET /broken HTTP/1.1', 404],
  ['GET /index.html/ HTTP/1.1', 404],
  ['GET /.hidden HTTP/1.1', 404],
  ['GET /folder/../index.html HTTP/1.1', 404],
  ['GET /../../../../etc/passwd HTTP/1.1', 404],
  ['GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1', 404],
  ['GET /folder%2findex.html HTTP/1.1', 404],
  ['GET //etc/passwd HTTP/1.1', 404],
  ['GET /%00 HTTP/1.1', 400],
  ['GET /%0a HTTP/1.1', 400],
  ['GET /%4 HTTP/1.1', 400],
  ['GET /%zz HTTP/1.1', 400],
  ['GET * HTTP/1.1', 400],
  ['GET  / HTTP/1.1', 400],
  ['GET / HTTP/1.1 ', 400],
  ['GET /', 400],
  ['\x16\x03\x01', 400],
  ['GET / HTTP/2.0', 505],
  ['POST / HTTP/1.1', 405],
  ['BREW / HTTP/1.1', 405],
  [`GET /${'a'.repeat(2047)} HTTP/1.1`, 404],
  [`GET /${'a'.repeat(2048)} HTTP/1.1`, 414],
  [`GET /${'a'.repeat(20_000)} HTTP/1.1`, 414],
];

test('the server answers each request, however odd, with the status it deserves', { skip }, async () => {
  for (const [line, expected] of statuses) assert.equal(await status(line), expected, line.slice(0, 60));
  assert.equal(await status('GET / HTTP/1.1', ''), 400, 'no Host');
  assert.equal(await status('GET / HTTP/1.1', 'Host: a\r\nHost: b\r\n'), 400, 'two Hosts');
  assert.equal(await status('GET / HTTP/1.1', 'Host: a\r\nContent-Length: 5\r\n'), 413);
  assert.equal(await status('GET / HTTP/1.1', 'Host: a\r\nTransfer-Encoding: chunked\r\n'), 413);
  assert.equal(await status('GET / HTTP/1.1', `Host: a\r\nX: ${'y'.repeat(9000)}\r\n`), 431);
  assert.equal(await status('GET / HTTP/1.1', `Host: a\r\n${'X: y\r\n'.repeat(200)}`), 431);
  assert.equal(await status('GET / HTTP/1.1', 'Host: a\r\n folded\r\n'), 400);
  assert.equal(await status('GET / HTTP/1.1', 'Host: a\nX: bare\n'), 400);
});

test('a file arrives whole, with its type and length', { skip }, async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/big.bin`);
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.equal((await answer.arrayBuffer()).byteLength, 3_000_000);
  const head = await fetch(`http://127.0.0.1:${port}/big.bin`, { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), '3000000');
});

test('a copy that is good still is not sent again', { skip }, async () => {
  const first = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(await first.text(), '<p>root</p>');
  const tag = first.headers.get('etag') ?? '';
  const modified = first.headers.get('last-modified') ?? '';
  const ask = async (fields: string): Promise<number> =>
    await status('GET / HTTP/1.1', `Host: x\r\n${fields}\r\n`);
  assert.equal(await ask(`If-None-Match: "other", ${tag}`), 304);
  assert.equal(await ask(`If-None-Match: W/${tag}`), 304);
  assert.equal(await ask('If-None-Match: "other"'), 200);
  assert.equal(await ask(`If-Modified-Since: ${modified}`), 304);
  assert.equal(await ask(`If-None-Match: "other"\r\nIf-Modified-Since: ${modified}`), 200);
});

test('a redirect stays on this host, for any slashes in the target', { skip }, async () => {
  assert.match(await raw('GET ///folder HTTP/1.0\r\n\r\n'), /\r\nLocation: \/folder\/\r\n/);
});

test('requests on one connection are answered in order, and the last answer ends it', { skip }, async () => {
  const one = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const answer = await raw(`${one.repeat(20)}GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const found = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => code).join(' ');
  assert.equal(found, `${'200 '.repeat(20)}404`);
});

test('a request that comes byte by byte is one request', { skip }, async () => {
  const socket = connect(port ?? 0, '127.0.0.1');
  socket.setNoDelay(true);
  for (const byte of 'GET /folder/ HTTP/1.0\r\n\r\n') {
    socket.write(byte);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, 'close');
  assert.match(answer, /^HTTP\/1\.1 200 .*<p>folder<\/p>$/s);
});

test('each request is one line of the log, and no request can forge another', { skip }, async () => {
  const before = readFileSync(log, 'latin1').length;
  await raw('GET /"forged\\ HTTP/1.0\r\n\r\n');
  await raw('GET /\x1b[31m HTTP/1.0\r\n\r\n');
  const lines = readFileSync(log, 'latin1').slice(before).split('\n');
  assert.match(lines[0] ?? '', /^- - - \[[^\]]+\] "GET \/\\x22forged\\x5C HTTP\/1\.0" 404 \d+$/);
  assert.match(lines[1] ?? '', /"GET \/\\x1B\[31m HTTP\/1\.0" 400 \d+$/);
  assert.equal(lines.length, 3);
});

test('ten thousand requests and many that break off leave no descriptor open', { skip }, async () => {
  const descriptors = (): number => readdirSync(`/proc/${servers[0]?.pid}/fd`).length;
  await raw('GET / HTTP/1.0\r\n\r\n');
  const before = descriptors();
  const batch = `${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(99)}GET /folder/ HTTP/1.0\r\n\r\n`;
  for (let i = 0; i < 100; i += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => raw(batch)));
    for (const answer of answers) assert.equal(answer.match(/HTTP\/1\.1 200 OK/g)?.length, 100);
  }
  for (let i = 0; i < 40; i++) {
    const socket = connect(port ?? 0, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n');
    if (i % 2 === 0) await once(socket, 'data');
    socket.resetAndDestroy();
  }
  for (let i = 0; i < 1000 && descriptors() > before; i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  // Fewer is fine: other tests' connections may have ended meanwhile.
  assert.ok(descriptors() <= before, `${descriptors()} descriptors are open, ${before} were before`);
});

test('more idle clients than places do not keep a new one out', { skip }, async () => {
  const idle = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect(port ?? 0, '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );
  assert.equal(await status('GET / HTTP/1.1'), 200);
  for (const socket of idle) socket.destroy();
});
