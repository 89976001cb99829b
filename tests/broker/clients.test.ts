import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { runWith, script, serve } from '../frame/broker/hosts.ts';
import { ownResolver } from '../frame/broker/own-resolver.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-clients-'));
const client = join(folder, 'client');
const missing = spawnSync('cc', ['--version']).status === 0 ? false : 'no C compiler here';

before(() => {
  if (missing === false)
    execFileSync('cc', ['-static', '-O1', '-w', '-o', client, 'tests/frame/broker/client.c']);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const SERVICE = 'svc.example.org';

/** Rules that lead a name to a port of 127.0.0.1. */
async function grantOf(
  t: TestContext,
  port: number,
  protocol = '',
): Promise<{ readonly hosts: readonly string[]; readonly resolver: string }> {
  const { at } = await ownResolver(t, { [SERVICE]: [['127.0.0.1']] });
  return { hosts: [`${SERVICE}:${port}${protocol}`, `127.0.0.1:${port}${protocol}`], resolver: at };
}

test('a static program that connects without blocking reaches what was granted, over both families', {
  skip: missing,
}, async (t) => {
  const { port } = await serve(t, (socket) => socket.end('served'));
  const other = await serve(t, (socket) => socket.end('other'));
  const network = { hosts: [`localhost:${port}`] };
  const words = (host: string, at = port): string[] => ['tcp', host, String(at)];
  assert.equal((await runWith(network, client, words('127.0.0.1'))).out, 'served\n');
  assert.equal((await runWith(network, client, words('::1'))).out, 'served\n');
  assert.equal((await runWith(network, client, words('127.0.0.1', other.port))).out, 'ECONNREFUSED\n');
  const elsewhere = await runWith(
    { hosts: [`localhost:${port}`, `192.0.2.1:${port}`] },
    client,
    words('10.0.0.1'),
  );
  assert.equal(elsewhere.out, 'ECONNRESET\n');
  assert.equal(elsewhere.refusals[0]?.process?.executable, client);
});

/** A server that sends datagrams back. */
async function echo(t: TestContext, type: 'udp4' | 'udp6', host: string, wanted: number): Promise<number> {
  const socket = createSocket(type).on('message', (bytes, { port, address }) =>
    socket.send(bytes, port, address),
  );
  socket.bind(wanted, host);
  await once(socket, 'listening');
  t.after(() => socket.close());
  return socket.address().port;
}

test('datagrams of a granted port go out and come back from the address that was meant', {
  skip: missing,
}, async (t) => {
  const port = await echo(t, 'udp4', '127.0.0.1', 0);
  await echo(t, 'udp6', '::1', port);
  const network = { hosts: [`localhost:${port}/udp`] };
  const line = (from: string): string => `ping from ${from} ${port}\n`.repeat(3);
  assert.equal((await runWith(network, client, ['udp', '127.0.0.1', String(port)])).out, line('127.0.0.1'));
  assert.equal((await runWith(network, client, ['udp', '::1', String(port)])).out, line('::1'));
  const named = await grantOf(t, port, '/udp');
  const source = `
    const socket = require('dgram').createSocket('udp4');
    socket.on('message', (bytes, { address }) => { console.log(String(bytes), address.startsWith('198.18.')); socket.close(); });
    socket.send('hello', ${port}, '${SERVICE}');`;
  assert.equal((await script(named, source)).out, 'hello true\n');
  const refused = await runWith({ hosts: [`localhost:${port}/udp`, `192.0.2.1:${port}/udp`] }, client, [
    'udp',
    '10.1.1.1',
    String(port),
  ]);
  assert.equal(refused.out, 'nothing\n');
  assert.equal(refused.refusals.length, 1);
});

test('other kinds of sockets are as on a kernel without them', { skip: missing }, async () => {
  const { out } = await runWith({ hosts: ['localhost:1'] }, client, ['kinds']);
  assert.deepEqual(out.trim().split('\n'), [
    'tcp made',
    'udp made',
    'unix made',
    'raw EPERM',
    'packet EAFNOSUPPORT',
    'ping EPROTONOSUPPORT',
    'mptcp EPROTONOSUPPORT',
    'sctp EPROTONOSUPPORT',
    'vsock EAFNOSUPPORT',
    'netfilter EAFNOSUPPORT',
    'route made',
  ]);
});

async function httpServer(t: TestContext): Promise<number> {
  const server = createServer((request, response) => response.end(`path ${request.url}\n`)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Clients of this host that fetch a URL. */
const fetchers: readonly (readonly [program: string, words: (url: string) => string[]])[] = [
  ['/usr/bin/curl', (url) => ['-sS', '-m', '20', url]],
  ['/usr/bin/wget', (url) => ['-q', '-O', '-', url]],
  [
    '/usr/bin/python3',
    (url) => ['-c', `import urllib.request as u; print(u.urlopen('${url}').read().decode(), end='')`],
  ],
  [
    process.execPath,
    (url) => ['-e', `fetch('${url}').then((r) => r.text()).then((t) => process.stdout.write(t))`],
  ],
];

for (const [program, words] of fetchers)
  test(`${program} fetches from a granted name`, { skip: !existsSync(program) && 'not here' }, async (t) => {
    const port = await httpServer(t);
    const { out, errors } = await runWith(
      await grantOf(t, port),
      program,
      words(`http://${SERVICE}:${port}/x`),
    );
    assert.equal(out, 'path /x\n', errors);
  });

test("c-ares, and questions over TCP, are answered by the program's own resolver", async (t) => {
  const network = await grantOf(t, 443);
  const source = `
    const dns = require('dns').promises;
    const net = require('net');
    (async () => {
      const [four] = await dns.resolve4('${SERVICE}');
      const [six] = await dns.resolve6('${SERVICE}');
      const other = await dns.resolve4('other.example.org').catch((error) => error.code);
      const mx = await dns.resolveMx('${SERVICE}').catch((error) => error.code);
      const back = await dns.reverse(four);
      console.log(four.startsWith('198.18.'), six.startsWith('fdcb:'), other, mx, back[0]);
      const name = '${SERVICE}'.split('.').map((label) => String.fromCharCode(label.length) + label).join('');
      const query = Buffer.from('\\0\\x07\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0' + name + '\\0\\0\\x01\\0\\x01', 'latin1');
      const framed = Buffer.concat([Buffer.from([0, query.length]), query]);
      const socket = net.connect(53, '198.18.0.1', () => socket.write(Buffer.concat([framed, framed])));
      let got = Buffer.alloc(0);
      socket.on('data', (data) => {
        got = Buffer.concat([got, data]);
        const length = got.readUInt16BE(0);
        if (got.length < 2 * (2 + length)) return;
        console.log(got.readUInt16BE(2), got.subarray(2 + length - 4, 2 + length).join('.') === four);
        socket.destroy();
      });
    })();`;
  const { out, errors } = await script(network, source);
  assert.equal(out, `true true ENOTFOUND ENODATA ${SERVICE}\n7 true\n`, errors);
});

const go = ['/usr/local/go/bin/go', '/usr/bin/go'].find((path) => existsSync(path));

test('a program in Go with its own resolver fetches from a granted name alone', {
  skip: go === undefined && 'no Go here',
}, async (t) => {
  const port = await httpServer(t);
  const source = join(folder, 'go');
  mkdirSync(source);
  writeFileSync(
    join(source, 'main.go'),
    `package main
import ("fmt"; "io"; "net/http"; "os")
func main() {
  for _, url := range os.Args[1:] {
    answer, err := http.Get(url)
    if err != nil { fmt.Println("failed"); continue }
    bytes, _ := io.ReadAll(answer.Body)
    fmt.Print(string(bytes))
  }
}
`,
  );
  const built = join(folder, 'fetch');
  execFileSync(go ?? '', ['build', '-o', built, 'main.go'], {
    cwd: source,
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      GO111MODULE: 'off',
      GOCACHE: join(folder, 'cache'),
      HOME: folder,
    },
  });
  const { out, errors, refusals } = await runWith(await grantOf(t, port), built, [
    `http://${SERVICE}:${port}/go`,
    `http://other.example.org:${port}/`,
  ]);
  assert.equal(out, 'path /go\nfailed\n', errors);
  assert.deepEqual(
    refusals.map(({ target }) => target),
    [{ kind: 'look-up', name: 'other.example.org' }],
  );
});
