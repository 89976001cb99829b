import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, network, pipe, service } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'sockets-'));
const path = join(folder, 'service');
const server = createServer((client) => client.end('served'));

before(async () => {
  server.listen(path);
  await once(server, 'listening');
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const planned = (options: CommandOptions): unknown => plan('/bin/true', command(options));

async function ask(sockets: NonNullable<CommandOptions['sockets']>, at: string): Promise<string> {
  const output = pipe('write');
  const script = `require('node:net').connect(${JSON.stringify(at)}).on('error', ({ code }) => console.log(code)).pipe(process.stdout)`;
  const process = launch(
    globalThis.process.execPath,
    command({ arguments: ['-e', script], sockets, stdout: output }),
  );
  const answer = await text(output.stream);
  await process.exited;
  return answer.trim();
}

test('a Linux program connects to a granted UNIX socket, by its own path or by another', async () => {
  assert.equal(await ask([path], path), 'served');
  assert.equal(await ask({ '/run/service': path }, '/run/service'), 'served');
  assert.equal(await ask(new Map([['/run/service', path]]), '/run/service'), 'served');
});

test('a Linux program finds no UNIX socket that is not granted', async () => {
  assert.equal(await ask({ '/run/service': path }, path), 'ENOENT');
});

test('a path that is no UNIX socket cannot be granted as one', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  assert.throws(() => planned({ sockets: [file] }), /no UNIX socket/);
  assert.throws(() => planned({ sockets: [join(folder, 'none')] }), /no such file/);
  assert.throws(() => planned({ sockets: { 'run/x': path } }), /absolute path/);
});

test('a UNIX socket is refused without namespaces, where nothing would tell it from others', () => {
  assert.throws(
    () => plan('/bin/true', command({ sockets: [path] }), { walls: 'landlock' }),
    /needs namespaces/,
  );
});

test('a service that hands out sockets is refused where such sockets are', () => {
  const net = (limits: Parameters<typeof service>[0]): NonNullable<CommandOptions['descriptors']> =>
    new Map([[3, service(limits)]]);
  const tcp = net({ net: { connect: ['127.0.0.1:443'] } });
  const udp = net({ net: { connect: ['127.0.0.1:443', '127.0.0.1:53/udp'] } });
  const bound = net({ net: { connect: [], bind: ['127.0.0.1:5353/udp'] } });
  for (const descriptors of [udp, bound])
    assert.throws(
      () => planned({ descriptors }),
      /UDP socket cannot be handed out by service 'net'.*send from it to any/,
    );
  assert.throws(
    () => planned({ descriptors: tcp, network: { hosts: ['example.org:443'] } }),
    /could connect it to any/,
  );
  assert.ok(planned({ descriptors: tcp }));
  assert.ok(planned({ descriptors: udp, network: 'host' }));
  assert.ok(planned({ descriptors: net('random'), network: { hosts: ['example.org:443'] } }));
  const node = join(folder, 'program.mjs');
  writeFileSync(node, 'export default 1');
  const hosts = network(['example.org:443']);
  const beside = service({ net: { connect: ['127.0.0.1:443'] } });
  assert.throws(() => plan(node, { hosts, beside }), /cannot be granted to a program in TypeScript/);
  assert.ok(plan(node, { beside }));
  assert.ok(plan(node, { hosts, beside: service('random') }));
});
