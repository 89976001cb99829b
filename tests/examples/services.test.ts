import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, pipe, service, socket } from '../../src/index.ts';
import { LocalListener } from '../../src/run/testing.ts';
import { makeFolder } from '../frame/programs.ts';
import { listenAt } from '../frame/services/log-socket.ts';

const example = (path: string): string =>
  fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));

const HARDWARE = '02:00:00:00:00:01';
const LEASE = 'address 192.0.2.7\nmask 255.255.255.0\nrouter 192.0.2.1\nseconds 600\n';

/** A server of DHCP that has one address, and sends rubbish before each reply. Gives its port. */
async function makeServer(t: TestContext): Promise<number> {
  const server = createSocket('udp4');
  t.after(() => server.close());
  server.on('message', (asked, { port, address }) => {
    const isRequest = asked[242] === 3;
    const reply = Buffer.alloc(280);
    reply.set([2, 1, 6, 0]);
    reply.set(asked.subarray(4, 8), 4);
    reply.set([192, 0, 2, 7], 16);
    reply.writeUInt32BE(0x63825363, 236);
    const options = [
      53,
      1,
      isRequest ? 5 : 2,
      54,
      4,
      192,
      0,
      2,
      1,
      51,
      4,
      0,
      0,
      2,
      88,
      1,
      4,
      255,
      255,
      255,
      0,
    ];
    reply.set([...options, 3, 4, 192, 0, 2, 1, 255], 240);
    const foreign = Buffer.from(reply);
    foreign.writeUInt32BE(1, 4);
    const endless = Buffer.concat([reply.subarray(0, 240), Buffer.from([53, 200, 5])]);
    for (const bytes of [Buffer.from('x'), reply.subarray(0, 240), foreign, endless, reply])
      server.send(bytes, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

test('a client in capability mode without a service loses its log, and says nothing of it', async (t) => {
  const folder = makeFolder(t);
  const [log, lease] = [join(folder, 'log'), join(folder, 'lease')];
  const child = spawn(
    process.execPath,
    [example('dhclient/naive.js'), String(await makeServer(t)), log, lease, HARDWARE],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const errors = text(child.stderr);
  await once(child.stdout, 'data');
  let connections = 0;
  const late = createServer((client) => {
    connections++;
    client.destroy();
  }).listen(log);
  t.after(() => late.close());
  await once(late, 'listening');
  const ended = once(child, 'exit');
  child.stdin.write('go\n');
  assert.deepEqual([await ended, await errors], [[0, null], '']);
  assert.match(readFileSync(lease, 'utf8'), /^address 192\.0\.2\.7$/m);
  assert.equal(connections, 0);
});

test('a client with the service syslog finds the log that starts after it', async (t) => {
  const log = join(makeFolder(t), 'log');
  const port = await makeServer(t);
  const start = async (): Promise<readonly [lease: string, code: number | undefined]> => {
    const lease = pipe('write');
    const client = launch(example('dhclient/dhclient.ts'), {
      hardware: HARDWARE,
      lease,
      log: service({
        syslog: { socket: log, reconnect: true, idents: ['dhclient'], facilities: ['daemon'] },
      }),
      server: socket({ protocol: 'udp', connect: `127.0.0.1:${port}` }),
    });
    const written = await text(lease.stream);
    const ended = await client.exited;
    return [written, ended.kind === 'exited' ? ended.code : undefined];
  };
  const lost = '# not logged: The log has ended\n';
  assert.deepEqual(
    await start(),
    [`${lost}${lost}${LEASE}`, 3],
    'without a log, it gets its address and says so',
  );
  const { next, close } = listenAt(log);
  t.after(close);
  assert.deepEqual(await start(), [LEASE, 0]);
  assert.match(next(), /^<30>.* dhclient: DHCPOFFER of 192\.0\.2\.7 from 192\.0\.2\.1$/);
  assert.match(next(), / dhclient: bound to 192\.0\.2\.7 for 600 seconds$/);
});

/** `!` is the password of all. */
const HASH = createHash('sha256').update('!').digest('hex');
const CLASSES = 'default:umask=022:maxproc=1000:\nguest:umask=077:maxproc=8:\n';

/** Logs in, and gives what the server says. */
async function logIn(port: number, ...lines: string[]): Promise<string> {
  const client = connect(port, '127.0.0.1');
  client.write(lines.map((line) => `${line}\n`).join(''));
  return text(client);
}

test('a server in capability mode lets users in without the limits of their class, and says nothing of it', async (t) => {
  const classes = join(makeFolder(t), 'login.conf');
  writeFileSync(classes, CLASSES);
  const script = example('sshd/naive.js');
  const start = async (file: string): Promise<number> => {
    const child = spawn(process.execPath, [file, classes, '{"daemon":"guest"}', `daemon:${HASH}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill());
    const [port] = await once(child.stdout, 'data');
    return Number(port);
  };
  const port = await start(script);
  assert.equal(await logIn(port, 'daemon', 'wrong'), 'refused\n');
  assert.equal(await logIn(port, 'daemon', '!'), 'welcome daemon, umask 022, maxproc unlimited\n');
  const free = join(makeFolder(t), 'free.mjs');
  const source = readFileSync(script, 'utf8')
    .replace(/^enter\(\);$/m, '')
    .replace("'cloudabi/capsicum'", JSON.stringify(import.meta.resolve('cloudabi/capsicum')))
    .replace("'./login.js'", JSON.stringify(example('sshd/login.js')));
  writeFileSync(free, source);
  assert.equal(await logIn(await start(free), 'daemon', '!'), 'welcome daemon, umask 077, maxproc 8\n');
});

test('a server with the services login and pwd gives users their own settings, or refuses them', async (t) => {
  const file = join(makeFolder(t), 'login.conf');
  writeFileSync(file, CLASSES);
  const listen = new LocalListener();
  const log = pipe('write');
  await using server = launch(example('sshd/sshd.ts'), {
    listen,
    log,
    login: service({
      login: { file, classes: { daemon: 'guest', root: 'lost' }, users: ['daemon', 'root'] },
    }),
    passwords: ['daemon', 'root', 'bin'].map((name) => `${name}:${HASH}`),
    users: service({ pwd: { users: ['daemon', 'root', 'bin'], fields: ['name', 'dir'] } }),
  });
  const logged = text(log.stream);
  const port = Number(new URL(listen.url).port);
  assert.equal(await logIn(port, 'daemon', 'wrong'), 'refused\n');
  assert.equal(await logIn(port, 'nobody', '!'), 'refused\n');
  const waiting = connect(port, '127.0.0.1'); // Holds up no other.
  assert.equal(await logIn(port, 'daemon', '!'), 'welcome daemon in /usr/sbin, umask 077, maxproc 8\n');
  // A user beyond the limits, and one of a class that the file does not have.
  assert.equal(await logIn(port, 'bin', '!'), 'refused\n');
  assert.equal(await logIn(port, 'root', '!'), 'refused\n');
  assert.equal(await logIn(port, 'x'.repeat(1000)), '');
  waiting.destroy();
  server.kill();
  await server.exited;
  assert.match(await logged, /^'users' would allow more than the channel has$/m);
});
