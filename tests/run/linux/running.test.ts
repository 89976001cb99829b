import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type CommandOptions, command, file, socket } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { type Controller, cgroupPlaces } from '../../../src/worlds/cgroup-host.ts';
import { freePort } from '../../frame/free-port.ts';
import { childrenOf, FOREGROUND, makeFolder, USED_IN_A_SECOND, until } from '../../frame/programs.ts';
import { openDescriptors } from '../../frame/resources/sandbox.ts';
import { type Outcome, run, shell } from '../../frame/run/linux/launching.ts';

const node = process.execPath;
const places = cgroupPlaces();
const without = (controller: Controller): string | false =>
  !places.has(controller) && `no control group with ${controller} that we may write to`;

const script = (source: string, options: CommandOptions = {}): Promise<Outcome> =>
  run(node, { ...options, arguments: ['-e', source] });

test('the memory limit ends a program, and is named', { skip: without('memory') }, async () => {
  const eats = 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1))';
  const { reason } = await script(eats, { limits: { memory: '128 MiB' } });
  assert.equal(reason.kind === 'limit' && reason.limit, 'memory', JSON.stringify(reason));
  // A shell that waits for the ended process is no other end.
  const beneath = await shell(`${node} -e '${eats}'; exit $?`, {
    base: 'system',
    limits: { memory: '128 MiB' },
    directories: { [join(node, '..')]: file(join(node, '..'), { rights: ['read', 'execute'] }) },
  });
  assert.equal(beneath.reason.kind === 'limit' && beneath.reason.limit, 'memory', JSON.stringify(beneath));
});

test('the limits of processor time and of the size of files end a program, and are named', async (t) => {
  const spin = await shell('while :; do :; done', { limits: { cpuTime: '1s' } });
  assert.equal(spin.reason.kind === 'limit' && spin.reason.limit, 'cpu_time', JSON.stringify(spin));
  const folder = makeFolder(t);
  const fill = await shell('cat /dev/zero > /w/file', {
    limits: { fileSize: '1 MiB' },
    directories: { '/w': file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
  });
  assert.equal(fill.reason.kind === 'limit' && fill.reason.limit, 'file_size', JSON.stringify(fill));
  assert.equal(statSync(join(folder, 'file')).size, 2 ** 20);
});

test('a program that forks without end is stopped at its limit, and nothing is left', {
  skip: without('pids'),
}, async () => {
  const { reason } = await shell('f() { f | f & }; f; sleep 0.3; echo end', {
    limits: { processes: 30, wallClock: '5s' },
  });
  assert.notEqual(reason.kind, 'failed');
  for (const place of places.values())
    assert.deepEqual(
      readdirSync(place.directory).filter(
        (name) => name.startsWith('cloudabi-') && name.includes(`-${process.pid}-`),
      ),
      [],
    );
});

test('open files and the share of processors are limited', { skip: without('cpu') }, async () => {
  const files = await shell('ulimit -n', { limits: { openFiles: 17 } });
  assert.equal(files.out, '17\n');
  const { out, errors } = await script(USED_IN_A_SECOND, { limits: { cpus: 0.25 } });
  assert.ok(Number(out) > 0 && Number(out) < 0.5, `${out} of a processor ${errors}`);
});

test('sockets are handed over as LISTEN_FDS announces them, to the process that it names', async () => {
  const port = await freePort();
  const source = `
    if (process.env.LISTEN_PID !== String(process.pid) || process.env.LISTEN_FDS !== '1') process.exit(9);
    require('net').createServer((peer) => { peer.end('handed over'); setTimeout(() => process.exit(3), 50); }).listen({ fd: 3 });`;
  const running = script(source, {
    descriptors: { 3: socket({ bind: `127.0.0.1:${port}` }) },
    listenFds: true,
  });
  const peer = connect(port, '127.0.0.1');
  assert.equal(await text(peer), 'handed over');
  const { reason, errors } = await running;
  assert.equal(reason.kind === 'exited' && reason.code, 3, errors);
});

function fetchText(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response: IncomingMessage) => {
      text(response).then(resolve, reject);
    }).on('error', reject);
  });
}

const SERVER = `require('http').createServer((request, response) => {
  if (request.url === '/big') return response.end(Buffer.alloc(5e6, 'x'));
  let length = 0;
  request.on('data', (chunk) => { length += chunk.length; }).on('end', () => response.end(request.url + ' ' + length));
}).listen(80, '127.0.0.1')`;

test('a published port serves 1000 requests, large answers, and waits for a program that is slow to listen', async (t: TestContext) => {
  const before = { descriptors: openDescriptors().length, children: childrenOf(process.pid).length };
  const port = await freePort();
  const slow = `setTimeout(() => { ${SERVER} }, 300)`;
  const started = launch(node, command({ arguments: ['-e', slow], network: { publish: { [port]: 80 } } }));
  t.after(() => started.kill());
  // The relay waits for five seconds; on a busy machine, Node may need more to start.
  const patiently = (): Promise<string> =>
    fetchText(port, '/first').catch((error) =>
      error.code === 'ECONNRESET' ? patiently() : assert.fail(error),
    );
  assert.equal(await patiently(), '/first 0');
  for (let round = 0; round < 20; round++) {
    const paths = Array.from({ length: 50 }, (_, index) => `/${round}-${index}`);
    const answers = await Promise.all(paths.map((path) => fetchText(port, path)));
    assert.deepEqual(
      answers,
      paths.map((path) => `${path} 0`),
    );
  }
  assert.equal((await fetchText(port, '/big')).length, 5e6);
  started.kill();
  await started.exited;
  await assert.rejects(fetchText(port, '/'), { code: 'ECONNREFUSED' });
  assert.equal(childrenOf(process.pid).length, before.children);
  assert.ok(openDescriptors().length <= before.descriptors + 1, 'descriptors are left');
});

test('a port that is taken is said before anything starts', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  assert.throws(() => launch('/bin/true', command({ network: { publish: { [port]: 80 } } })), {
    code: 'cannot_open',
    message: `network: Cannot publish at 127.0.0.1:${port}: address already in use`,
  });
  server.close();
});

test('a program whose ports are not led to any more is ended, and says so', async () => {
  const port = await freePort();
  const before = childrenOf(process.pid);
  const started = launch(
    '/bin/sleep',
    command({ arguments: ['1000'], network: { publish: { [port]: 80 } } }),
  );
  const ours = (): number[] => childrenOf(process.pid).filter((pid) => !before.includes(pid));
  await until('it is led to', () => ours().length === 2);
  const [, relay] = ours();
  assert.ok(relay);
  // Not only when it has just begun.
  await new Promise((resolve) => setTimeout(resolve, 700));
  process.kill(relay, 'SIGKILL');
  const reason = await started.exited;
  assert.equal(reason.kind === 'failed' && reason.code, 'cannot_publish');
  assert.deepEqual(ours(), []);
});

test('without a network there is none, with loopback only its own, with host only the listed ports', async () => {
  const server = createServer((peer) => peer.end('host')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const tries = `require('net').connect(${port}, '127.0.0.1').on('data', (data) => console.log(String(data))).on('error', (error) => console.log(error.code))`;
  assert.match((await script(tries)).out, /^(?:ENETUNREACH|EACCES|EPERM|EAFNOSUPPORT)\n$/);
  assert.equal((await script(tries, { network: 'loopback' })).out, 'ECONNREFUSED\n');
  assert.equal((await script(tries, { network: 'host' })).out, 'host\n');
  assert.equal((await script(tries, { network: { mode: 'host', connect: [port] } })).out, 'host\n');
  assert.equal((await script(tries, { network: { mode: 'host', connect: [1] } })).out, 'EACCES\n');
  assert.equal((await script(tries, { network: { mode: 'host', bind: [] } })).out, 'host\n');
  const binds = (options: CommandOptions): Promise<Outcome> =>
    script(
      `require('net').createServer().listen(0, '127.0.0.1', () => process.exit(5)).on('error', (error) => console.log(error.code))`,
      options,
    );
  assert.equal((await binds({ network: { mode: 'host', bind: [] } })).out, 'EACCES\n');
  server.close();
});

test('a program in a terminal of its own is told its size, its keys and its changes', async () => {
  const started = launch(
    '/bin/sh',
    command({ base: 'system', arguments: ['-i'], terminal: true, environment: { PS1: '> ', TERM: 'dumb' } }),
    {
      terminal: { size: { columns: 91, rows: 33 } },
    },
  );
  const { terminal } = started;
  assert.ok(terminal);
  let shown = '';
  terminal.output.on('data', (chunk) => {
    shown += chunk;
  });
  const type = async (keys: string, expected: RegExp): Promise<void> => {
    shown = '';
    terminal.input.write(keys);
    for (const deadline = Date.now() + 300_000; !expected.test(shown); ) {
      if (Date.now() > deadline) assert.fail(`${JSON.stringify(keys)} showed ${JSON.stringify(shown)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await type('stty size\n', /33 91\r\n/);
  terminal.resize({ columns: 120, rows: 40 });
  await type('stty size\n', /40 120\r\n/);
  await type(`${FOREGROUND}\n`, /begun\r\n/);
  await type('\x03', />/);
  await type('echo code $?\n', /code 130\r\n/);
  await type(`${FOREGROUND}\n`, /begun\r\n/);
  await type('\x1a', /Stopped/);
  await type('jobs\n', /Stopped[^\n]*sh -c/);
  await type('fg\n', /^and on\r\n/m);
  await type('\x03', />/);
  await type('test -t 0 && test -t 1 && test -t 2 && echo all\n', /^[^\r]*\r\n(?:> )?all\r\n/);
  // Opens it by its name, too: programs such as gpg and screen look for it.
  await type('tty; echo -n written > "$(tty)"\n', /\/dev\/console\r\nwritten/);
  terminal.input.write('exit 6\n');
  const reason = await started.exited;
  assert.equal(reason.kind === 'exited' && reason.code, 6);
});

test('a stream that leads elsewhere stays there beside a terminal', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'errors'), '');
  const started = launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', 'echo shown; echo kept >&2'],
      terminal: true,
      stderr: file(join(folder, 'errors'), { rights: 'write' }),
    }),
  );
  const { terminal } = started;
  assert.ok(terminal);
  const [shown] = await Promise.all([text(terminal.output), started.exited]);
  assert.equal(shown, 'shown\r\n');
  assert.equal(readFileSync(join(folder, 'errors'), 'utf8'), 'kept\n');
});
