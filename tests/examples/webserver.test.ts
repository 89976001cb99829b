import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { command, executable } from '../frame/cli/commands.ts';
import { freePort } from '../frame/free-port.ts';
import { makeFolder } from '../frame/programs.ts';

const example = resolve('examples/webserver');

type Server = { readonly process: ChildProcess; readonly port: number; readonly log: string };

/** The example's server with its own grants, but for the port and the place of the log. */
async function startServer(t: TestContext): Promise<Server> {
  const folder = makeFolder(t);
  const port = await freePort();
  const log = join(folder, 'access.log');
  const grants = readFileSync(join(example, 'grants.yaml'), 'utf8')
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replace('path: access.log', `path: ${log}`)
    .replace('path: site', `path: ${join(example, 'site')}`);
  const config = join(folder, 'grants.yaml');
  writeFileSync(config, grants);
  const argv = [executable('cloudabi-run'), '--config', config, join(example, 'server.wasm')];
  const server = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
  t.after(() => server.kill('SIGKILL'));
  for (let attempt = 0; attempt < 2000 && (await status(port, '/')) !== 200; attempt++) await setTimeout(50);
  return { process: server, port, log };
}

function status(port: number, path: string, agent?: Agent): Promise<number> {
  return new Promise((settle) => {
    const options = { host: '127.0.0.1', port, path, ...(agent === undefined ? {} : { agent }) };
    get(options, (response) => {
      response.resume().once('end', () => settle(response.statusCode ?? 0));
    }).once('error', () => settle(0));
  });
}

const descriptorsOf = ({ pid }: ChildProcess): number => readdirSync(`/proc/${pid}/fd`).length;

test('the web server answers ten thousand requests and leaks no descriptor', async (t) => {
  const server = await startServer(t);
  const before = descriptorsOf(server.process);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const paths = ['/', '/style.css', '/grants.svg', '/absent', '/../../etc/passwd', '/%2e%2e/access.log'];
  const counts = new Map<number, number>();
  let sent = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (sent < 10_000) {
        const code = await status(server.port, paths[sent++ % paths.length] ?? '/', agent);
        counts.set(code, (counts.get(code) ?? 0) + 1);
      }
    }),
  );
  agent.destroy();
  for (let attempt = 0; attempt < 2000 && descriptorsOf(server.process) > before; attempt++)
    await setTimeout(50);
  assert.ok(
    descriptorsOf(server.process) <= before,
    `${descriptorsOf(server.process)} descriptors, before: ${before}`,
  );
  assert.equal(server.process.exitCode, null, 'the server is still there');
  assert.deepEqual([...counts.keys()].sort(), [200, 404]);
  assert.ok((counts.get(200) ?? 0) >= 5000);
  assert.ok(
    readFileSync(server.log, 'utf8').split('\n').length > 10_000,
    'every request has a line in the log',
  );
});

test('the web server outlives hostile clients', async (t) => {
  const server = await startServer(t);
  const nonsense = [
    '\0'.repeat(5000),
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    'GET',
    '\r\n\r\n\r\n',
    'PUT / HTTP/1.1\r\n\r\n',
  ];
  for (const text of nonsense) {
    const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
    socket.resume().on('error', () => undefined);
    await once(socket, 'close');
  }
  for (let index = 0; index < 50; index++) {
    const broken = request({ host: '127.0.0.1', port: server.port, path: '/' }).on('error', () => undefined);
    broken.end();
    broken.destroy();
  }
  assert.equal(await status(server.port, '/'), 200);
});

test('a browser shows the page', async (t) => {
  const browser = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  if (browser === undefined) return t.skip('no Chromium on this machine (Debian package chromium)');
  const server = await startServer(t);
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  const local = ['--disable-background-networking', '--disable-component-update'];
  const profile = `--user-data-dir=${makeFolder(t)}`;
  const url = `http://127.0.0.1:${server.port}/`;
  const argv = ['--headless', ...quiet, ...local, profile, '--dump-dom', url];
  const { stdout } = spawnSync(browser, argv, { encoding: 'utf8', timeout: 300_000 });
  assert.match(stdout, /<h1>This server holds <em>three things<\/em>/);
  assert.match(readFileSync(server.log, 'utf8'), /"GET \/style\.css HTTP\/1\.1" 200/);
});

test('a program that has taken the server over reaches what the server was granted and nothing else', (t) => {
  const folder = makeFolder(t);
  const grants = readFileSync(join(example, 'exploit-grants.yaml'), 'utf8')
    .replace('path: access.log', `path: ${join(folder, 'access.log')}`)
    .replace('path: site', `path: ${join(example, 'site')}`);
  const { status, stdout, stderr } = command('cloudabi-run', [join(example, 'exploit.wasm')], {
    input: grants,
  });
  assert.equal(status, 0, stderr + stdout);
  assert.match(
    stdout,
    /\nreached: 1 socket, 1 directory \(read\), 1 log \(append\); everything else refused\n$/,
  );
});

test('ls lists a directory from its descriptor alone', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'b'), '12345');
  writeFileSync(join(folder, 'a'), '');
  const grants = `directory: !file {path: ${folder}}\noutput: !fd stdout\n`;
  const ls = resolve('examples/ls/ls.wasm');
  assert.deepEqual(command('cloudabi-run', [ls], { input: grants }), {
    status: 0,
    stdout: 'a\nb\n',
    stderr: '',
  });
  const long = command('cloudabi-run', [ls], { input: `${grants}long: true\n` }).stdout;
  assert.match(long, /5.* b\n$/);
});
