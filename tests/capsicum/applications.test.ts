import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { modulePath, told } from '../frame/capsicum/child.ts';

const base = mkdtempSync(join(tmpdir(), 'applications-'));
const site = join(base, 'site');
mkdirSync(site);
writeFileSync(join(site, 'page.html'), '<p>page</p>');
writeFileSync(join(base, 'secret'), 'secret');
after(() => rmSync(base, { recursive: true, force: true }));

// The programs find their packages here; an ordinary user cannot write to the checkout.
symlinkSync(resolve('node_modules'), join(base, 'node_modules'));

const common = `
import { readFile } from 'node:fs/promises';
import { openSync, writeSync } from 'node:fs';
import { enter } from '${modulePath}';
const [site, secret, logPath] = process.argv.slice(2);
process.chdir(site);
const log = openSync(logPath, 'a');
const leak = () => readFile(secret, 'utf8').catch((error) => error.code);
const ready = (port) => { enter({ keep: { [site]: 'read' } }); process.send(port); };
const note = (url) => writeSync(log, url + '\\n');
`;

const servers: Readonly<Record<string, string>> = {
  express: `
    import express from 'express';
    const app = express();
    app.use((request, response, next) => { note(request.url); next(); });
    app.get('/leak', async (request, response) => { response.send(await leak()); });
    app.use(express.static(site));
    const server = app.listen(0, '127.0.0.1', () => ready(server.address().port));`,
  fastify: `
    import Fastify from 'fastify';
    import { createReadStream } from 'node:fs';
    const app = Fastify();
    app.addHook('onRequest', async (request) => note(request.url));
    app.get('/leak', leak);
    app.get('/:file', (request, reply) => reply.type('text/html').send(createReadStream(site + '/' + request.params.file)));
    await app.listen({ port: 0, host: '127.0.0.1' });
    ready(app.server.address().port);`,
  hono: `
    import { Hono } from 'hono';
    import { serve } from '@hono/node-server';
    import { serveStatic } from '@hono/node-server/serve-static';
    const app = new Hono();
    app.use((context, next) => { note(new URL(context.req.url).pathname); return next(); });
    app.get('/leak', async (context) => context.text(await leak()));
    app.use('/*', serveStatic({ root: './' }));
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port));`,
};

async function ask(port: number, path: string, agent: Agent): Promise<{ status: number; text: string }> {
  const [response] = await once(get({ port, path, agent, host: '127.0.0.1' }), 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, text };
}

const REQUESTS = 10_000;
const AT_ONCE = 20;

describe('in capability mode', () => {
  for (const [name, source] of Object.entries(servers)) {
    test(`${name} serves ${REQUESTS} requests from a kept directory, logs them, and reads nothing else`, async () => {
      const program = join(base, `${name}.mjs`);
      const log = join(base, `${name}.log`);
      writeFileSync(program, common + source);
      const child = spawn(process.execPath, [program, site, join(base, 'secret'), log], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
      try {
        const [port] = await once(child, 'message', { signal: AbortSignal.timeout(300_000) });
        assert.deepEqual(await ask(port, '/leak', agent), { status: 200, text: 'EACCES' });
        assert.equal((await ask(port, '/missing.html', agent)).status >= 400, true);
        let left = REQUESTS;
        await Promise.all(
          Array.from({ length: AT_ONCE }, async () => {
            while (left-- > 0) {
              const { status, text } = await ask(port, '/page.html', agent);
              assert.deepEqual([status, text], [200, '<p>page</p>']);
            }
          }),
        );
        const lines = readFileSync(log, 'utf8').split('\n');
        assert.equal(lines.filter((line) => line === '/page.html').length, REQUESTS);
        assert.equal(child.exitCode, null);
      } finally {
        agent.destroy();
        child.kill('SIGKILL');
      }
    });
  }

  test('TLS goes on over a socket that was connected before, from its handshake on', async () => {
    const answers = await told(`
      import net from 'node:net';
      import tls from 'node:tls';
      const psk = Buffer.alloc(32, 7);
      const options = { ciphers: 'PSK', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' };
      const server = tls.createServer({ ...options, pskCallback: () => psk }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.on('listening', resolve));
      const socket = net.connect(server.address().port, '127.0.0.1');
      await new Promise((resolve) => socket.on('connect', resolve));
      enter();
      const client = tls.connect({ ...options, socket, pskCallback: () => ({ psk, identity: 'me' }), checkServerIdentity: () => undefined });
      await new Promise((resolve, reject) => client.on('secureConnect', resolve).on('error', reject));
      client.write('over TLS');
      const [echo] = await Promise.all([new Promise((resolve) => client.once('data', resolve))]);
      tell([String(echo), client.getProtocol()]);
      process.exit(0);`);
    assert.deepEqual(answers, ['over TLS', 'TLSv1.2']);
  });

  test('a pool of workers goes on working, and a worker that has died is replaced', async () => {
    const answers = await told(
      `import { Worker } from 'node:worker_threads';
       const source = \`const { parentPort } = require('node:worker_threads'); const { createHash } = require('node:crypto');
         parentPort.on('message', (text) => { if (text === 'die') process.exit(1); parentPort.postMessage(createHash('sha256').update(text).digest('hex').slice(0, 8)); });\`;
       const start = () => new Worker(source, { eval: true, execArgv: [] });
       const ask = (worker, text) => new Promise((resolve) => { worker.once('message', resolve); worker.postMessage(text); });
       const pool = [start(), start(), start()];
       await Promise.all(pool.map((worker) => new Promise((resolve) => worker.on('online', resolve))));
       enter({ workers: true });
       const first = await Promise.all(pool.map((worker, index) => ask(worker, 'job ' + index)));
       pool[0].postMessage('die');
       await new Promise((resolve) => pool[0].on('exit', resolve));
       pool[0] = start();
       const many = [];
       for (let job = 0; job < 200; job++) many.push(await ask(pool[job % 3], 'job ' + (job % 3)));
       tell([first.every((answer, index) => many.every((other, job) => job % 3 !== index || other === answer)), first.length, many.length]);
       process.exit(0);`,
    );
    assert.deepEqual(answers, [true, 3, 200]);
  });

  test('datagrams go to the peer of a socket that was connected before, and come from anywhere', async () => {
    const answers = await told(`
      import dgram from 'node:dgram';
      const peer = dgram.createSocket('udp4').bind(0, '127.0.0.1');
      await new Promise((resolve) => peer.on('listening', resolve));
      const socket = dgram.createSocket('udp4');
      await new Promise((resolve) => { socket.connect(peer.address().port, '127.0.0.1', resolve); });
      const other = dgram.createSocket('udp4').bind(0);
      await new Promise((resolve) => other.on('listening', resolve));
      enter();
      const arrived = new Promise((resolve) => peer.once('message', (message) => resolve(String(message))));
      const sent = await new Promise((resolve) => socket.send('to the peer', (error) => resolve(error ?? 'sent')));
      const refused = await new Promise((resolve) => other.send('x', peer.address().port, '127.0.0.1', (error) => resolve(error?.code ?? 'sent')));
      tell([sent, await arrived, refused]);
      process.exit(0);`);
    assert.deepEqual(answers, ['sent', 'to the peer', 'EPERM']);
  });
});
