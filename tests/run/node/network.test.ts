import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { constants } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import {
  type ConnectionRefusal,
  command,
  describePlan,
  fd,
  file,
  launch,
  network,
  pipe,
  plan,
  planToJson,
  socket,
} from '../../../src/index.ts';
import { freePort } from '../../frame/free-port.ts';
import { folderWith, programWith } from '../../frame/program/sources.ts';

/** A server on this host's loopback; gives its port. */
async function serve(t: TestContext): Promise<number> {
  const server = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

/** A program that tries expressions one after the other and prints each answer, or the code of its error. */
const tries = (...expressions: readonly string[]): string => `
  import { connect } from 'node:net';
  import http from 'node:http';
  import { createSocket } from 'node:dgram';
  import dns from 'node:dns/promises';
  import { lookup } from 'node:dns';
  import { promisify } from 'node:util';
  import { program } from 'cloudabi/program';
  export default program(async ({ output, net }: any) => {
    for (const attempt of [${expressions.map((one) => `async () => { ${one} }`).join(', ')}]) {
      let answer;
      try { answer = await attempt(); } catch (error: any) { answer = error.cause?.code ?? error.code ?? String(error); }
      output.write(JSON.stringify(answer ?? null) + '\\n');
    }
  });`;

type Ran = { readonly answers: readonly unknown[]; readonly refusals: readonly ConnectionRefusal[] };

async function run(
  t: TestContext,
  rules: readonly string[],
  ...expressions: readonly string[]
): Promise<Ran> {
  const output = pipe('write');
  const refusals: ConnectionRefusal[] = [];
  const child = launch(
    programWith(t, tries(...expressions)),
    { output, net: network(rules) },
    { onRefusedConnection: (refusal) => refusals.push(refusal) },
  );
  const lines = (await text(output.stream)).split('\n').filter((line) => line !== '');
  const reason = await child.exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  return { answers: lines.map((line): unknown => JSON.parse(line)), refusals };
}

test('fetch, http, net and the object of the network reach what is granted', async (t) => {
  const port = await serve(t);
  const { answers, refusals } = await run(
    t,
    [`localhost:${port}`],
    `return (await fetch('http://localhost:${port}/a')).text();`,
    `return (await net.fetch('http://127.0.0.1:${port}/b')).text();`,
    `return new Promise((resolve, reject) => http.get({ host: '127.0.0.1', port: ${port}, path: '/c' }, (response) => {
      response.setEncoding('utf8').on('data', resolve); }).on('error', reject));`,
    `const made = await net.connect('localhost', ${port}); made.end(); return made.remotePort;`,
    "return (await dns.lookup('localhost', { all: true })).length > 0 && (await promisify(lookup)('localhost', 4)).address;",
    "return (await dns.lookup('::1')).family;",
  );
  assert.deepEqual(answers, [
    `localhost:${port} /a`,
    `127.0.0.1:${port} /b`,
    `127.0.0.1:${port} /c`,
    port,
    '127.0.0.1',
    6,
  ]);
  assert.deepEqual(refusals, []);
});

test('no other port, name, address or protocol is reached, and each attempt is reported', async (t) => {
  const [port, other] = [await serve(t), await serve(t)];
  const { answers, refusals } = await run(
    t,
    [`localhost:${port}`],
    `return (await fetch('http://localhost:${other}/')).text();`,
    `return (await fetch('http://nowhere.example.org:${port}/')).text();`,
    "return dns.resolve4('elsewhere.example.org');",
    `return new Promise((resolve, reject) => connect({ host: '192.0.2.1', port: ${port} }, resolve).on('error', reject));`,
    `const socket = createSocket('udp4');
     return new Promise((resolve, reject) => { socket.on('error', reject); socket.connect(${port}, '127.0.0.1', () =>
       socket.send('x', () => socket.send('x', (error) => resolve(error?.code ?? 'sent')))); }).finally(() => socket.close());`,
  );
  assert.deepEqual(answers.slice(0, 4), ['ECONNREFUSED', 'ENOTFOUND', 'ENOTFOUND', 'ECONNREFUSED']);
  const names = refusals.map(
    ({ target }) =>
      ('name' in target ? target.name : undefined) ?? ('port' in target ? `:${target.port}` : ''),
  );
  for (const name of [`:${other}`, 'nowhere.example.org', 'elsewhere.example.org'])
    assert.ok(names.includes(name), `${name} in ${names.join()}`);
});

test('names are looked up, too, where no granted descriptor may have its flags set', async (t) => {
  const port = await serve(t);
  const log = join(folderWith(t, { log: 'before\n' }), 'log');
  const source = `console.log(await (await fetch('http://localhost:${port}/logged')).text());`;
  const options = { stdout: file(log, { rights: 'append' }), network: { hosts: [`localhost:${port}`] } };
  const reason = await launch(programWith(t, source), command(options)).exited;
  assert.equal(reason.kind, 'exited', JSON.stringify(reason));
  assert.equal(readFileSync(log, 'utf8'), `before\nlocalhost:${port} /logged\n`);
});

test('raw, packet, netlink and UNIX sockets stay withheld', async (t) => {
  const { answers } = await run(
    t,
    ['localhost:9'],
    "return new Promise((resolve, reject) => connect('/run/x.sock', () => resolve('in')).on('error', reject));",
    "return new Promise((resolve, reject) => connect('\\0x', () => resolve('in')).on('error', reject));",
    "return Object.keys((await import('node:os')).networkInterfaces());",
  );
  assert.deepEqual(answers.slice(0, 2), ['EPERM', 'EPERM']);
});

test('a granted UNIX socket cannot be bound or connected anew, which a socket of its own can', async (t) => {
  const path = join(folderWith(t, {}), 'listener');
  const output = pipe('write');
  const source = `
    import { program } from 'cloudabi/program';
    export default program(async ({ listen, output }: any) => {
      const { TCP, TCPConnectWrap, constants } = (process as any).binding('tcp_wrap');
      const handle = new TCP(constants.SOCKET);
      const own = new TCP(constants.SOCKET);
      const answers = [handle.open(listen.fd), handle.bind('127.0.0.1', 0)];
      answers.push(handle.connect(new TCPConnectWrap(), '127.0.0.1', 9), own.bind('127.0.0.1', 0));
      output.write(JSON.stringify(answers), () => process.exit(0));
    });`;
  const tree = { output, net: network(['localhost:9']), listen: socket({ bind: path }) };
  const child = launch(programWith(t, source), tree);
  const answers: unknown = JSON.parse(await text(output.stream));
  await child.exited;
  // The kernel refuses: a listener has its name, and gets no peer.
  const { EINVAL } = constants.errno;
  assert.deepEqual(answers, [0, -EINVAL, -EINVAL, 0]);
});

test('requests are held for a program in TypeScript, which trusts the authority and sees no secret', async (t) => {
  const port = await serve(t);
  process.env['HELD_KEY_OF_TEST'] = 'the-real-key-0123456789';
  t.after(() => delete process.env['HELD_KEY_OF_TEST']);
  const output = pipe('write');
  const source = `
    const url = 'https://localhost:${port}/v1';
    console.log(await (await fetch(url)).text());
    console.log((await fetch(url, { method: 'DELETE' })).status);
    console.log(process.env.API_KEY !== undefined, Object.values(process.env).join().includes('the-real-key'));`;
  const from = { environment: 'HELD_KEY_OF_TEST' };
  const child = launch(
    programWith(t, source),
    command({
      stdout: output,
      stderr: fd('stderr'),
      network: {
        hosts: [
          { host: 'localhost', ports: port, methods: ['GET'], tls: false },
          { host: 'api.example.org', ports: 443, credential: { ...from, variable: 'API_KEY' } },
        ],
      },
    }),
  );
  assert.equal(await text(output.stream), `localhost:${port} /v1\n403\ntrue false\n`);
  assert.equal((await child.exited).kind, 'exited');
});

test('a server in TypeScript listens in its network, is published and calls out', async (t) => {
  const [port, published] = [await serve(t), await freePort()];
  const output = pipe('write');
  const source = `
    import { createServer } from 'node:http';
    const answer = await (await fetch('http://localhost:${port}/call')).text();
    const server = createServer((request, response) => { response.end(answer); server.close(); });
    server.listen(8080, () => console.log('listens'));`;
  const child = launch(
    programWith(t, source),
    command({
      stdout: output,
      stderr: fd('stderr'),
      network: { hosts: [`localhost:${port}`], publish: new Map([[published, 8080]]) },
    }),
  );
  await once(output.stream, 'data');
  const [response] = await once(get({ host: '127.0.0.1', port: published, agent: false }), 'response');
  assert.equal(await text(response), `localhost:${port} /call`);
  assert.equal((await child.exited).kind, 'exited');
});

test('the plan names the hosts, and refuses what nothing would hold beside them', (t) => {
  const path = programWith(t, tries());
  const planned = plan(path, { net: network({ hosts: ['a.example.org:443'], except: ['b.example.org'] }) });
  assert.match(
    describePlan(planned),
    /^ {2}a\.example\.org:443$[\s\S]*^ {2}No network but its own: network namespace$/m,
  );
  assert.equal(planToJson(planned).network?.hosts[0]?.rule, 'a.example.org:443');
  const message = (tree: unknown, options = {}): string => {
    try {
      plan(path, tree, options);
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return '';
  };
  const net = network(['a.example.org:443']);
  assert.match(message({ net, other: network([]) }), /^other: A program has one network/);
  assert.match(message({ net, server: socket({ bind: '127.0.0.1:0' }) }), /publish its port/);
  assert.match(message({ net, log: socket({ bind: '127.0.0.1:0', protocol: 'udp' }) }), /publish its port/);
  assert.match(message({ net }, { walls: 'landlock' }), /need a network namespace/);
});

test('the process of a port that the kernel has refused already is that of the program', async (t) => {
  const port = await serve(t);
  const { answers, refusals } = await run(
    t,
    [`localhost:${port}`],
    `return (await fetch('http://127.0.0.1:${await freePort()}/')).text();`,
    // The report comes a moment after the error.
    'await new Promise((resolve) => setTimeout(resolve, 4000));',
  );
  assert.equal(answers[0], 'ECONNREFUSED');
  assert.equal(refusals[0]?.process?.executable, process.execPath);
});
