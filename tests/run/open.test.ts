import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Filetype } from '../../src/abi/generated/constants.ts';
import { getFlags } from '../../src/host/files/files.ts';
import { bindSocket, connectSocket, listen, makeSocket } from '../../src/host/sockets/socket-setup.ts';
import type { Descriptor } from '../../src/kernel/descriptors.ts';
import { LinuxErrno } from '../../src/linux/errno.ts';
import { planToLaunch } from '../../src/plan/plan.ts';
import { file } from '../../src/resources/constructors.ts';
import { namesOfRights } from '../../src/resources/rights.ts';
import { openPlan } from '../../src/run/open.ts';
import { makeSandbox, mistakesOf, openDescriptors } from '../frame/resources/sandbox.ts';

function openOne(t: TestContext, yaml: string): Descriptor & { readonly names: string[] } {
  const opened = openPlan(makeSandbox(t).plan(yaml));
  t.after(() => opened.abandon());
  const [descriptor] = opened.descriptors;
  assert.ok(descriptor);
  return { ...descriptor, names: namesOfRights(descriptor.base) };
}

const O_ACCMODE = 3;
const O_APPEND = 0x400;
const O_NONBLOCK = 0x800;
const O_PATH = 0x200000;

const modes: readonly (readonly [rights: string, flags: number])[] = [
  ['read', 0],
  ['write', 1],
  ['[read, write]', 2],
  ['append', 1 | O_APPEND],
  ['[read, append]', 2 | O_APPEND],
  ['execute', 0],
  ['fd_read', 0],
  ['[fd_write, fd_read]', 2],
  ['file_stat_fget', O_PATH],
];

for (const [rights, flags] of modes) {
  test(`a file with rights ${rights} is opened for no more than that`, (t) => {
    const { host } = openOne(t, `!file { path: f.txt, rights: ${rights} }`);
    assert.equal(getFlags(host) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_PATH), flags);
  });
}

test('a launch opens the file and the directory that it has checked, not what has taken their places since', (t) => {
  const sandbox = makeSandbox(t);
  const before = openDescriptors();
  const planned = planToLaunch(sandbox.program, [file(sandbox.path('f.txt')), file(sandbox.path('d'))]);
  for (const name of ['f.txt', 'd']) renameSync(sandbox.path(name), sandbox.path(`old-${name}`));
  writeFileSync(sandbox.path('f.txt'), 'other');
  mkdirSync(sandbox.path('d'));
  const opened = openPlan(planned);
  const [f, d] = opened.descriptors.map(({ host }) => host);
  const bytes = Buffer.alloc(10);
  assert.equal(bytes.toString('utf8', 0, readSync(f ?? -1, bytes)), 'hello');
  assert.deepEqual(readdirSync(`/proc/self/fd/${d}`), ['inner.txt']);
  opened.close();
  assert.deepEqual(openDescriptors(), before);

  // The plan itself is plain data: carried out again, it opens what is there then.
  const again = openPlan(planned);
  const length = readSync(again.descriptors[0]?.host ?? -1, bytes);
  assert.equal(bytes.toString('utf8', 0, length), 'other');
  again.close();
  assert.deepEqual(openDescriptors(), before);
});

test('a plan holds nothing open, whether it is made or refused', (t) => {
  const sandbox = makeSandbox(t);
  const before = openDescriptors();
  sandbox.plan('- !file { path: f.txt }\n- !file { path: d, rights: write }\n');
  assert.equal(sandbox.mistakes('- !file { path: f.txt }\n- !file { path: nowhere }\n').length, 1);
  assert.throws(() => planToLaunch(sandbox.program, [file(sandbox.path('d')), file(sandbox.path('none'))]));
  assert.deepEqual(openDescriptors(), before);
});

test('a missing file is made with create, and a file that is there keeps its contents', (t) => {
  const sandbox = makeSandbox(t);
  const planned = sandbox.plan(
    '- !file { path: new.txt, rights: [append, create] }\n- !file { path: f.txt, rights: [write, create] }\n',
  );
  assert.ok(!existsSync(sandbox.path('new.txt')), 'planning makes nothing');
  const opened = openPlan(planned);
  t.after(() => opened.close());
  writeSync(opened.descriptors[0]?.host ?? -1, 'line');
  assert.equal(readFileSync(sandbox.path('new.txt'), 'utf8'), 'line');
  assert.equal(readFileSync(sandbox.path('f.txt'), 'utf8'), 'hello');
});

test('planning opens nothing', (t) => {
  const sandbox = makeSandbox(t);
  const before = openDescriptors();
  sandbox.plan(
    "- !file { path: f.txt }\n- !socket { bind: '127.0.0.1:0' }\n- !shared_memory { size: 1 MiB }\n- !fd 0\n",
  );
  assert.deepEqual(openDescriptors(), before);
});

test('when one resource cannot be opened, everything opened before is closed and taken back', async (t) => {
  const sandbox = makeSandbox(t);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const planned = sandbox.plan(`- !fd 0
- !file { path: f.txt }
- !file { path: d }
- !socket { bind: ./s.sock }
- !pipe { name: a, end: read }
- !shared_memory { size: 4 KiB }
- !socket
  bind: 127.0.0.1:${address.port}
- !pipe { name: a, end: write }
`);
  const before = openDescriptors();
  assert.throws(() => openPlan(planned), {
    name: 'ResourceError',
    code: 'cannot_open',
    message: `${sandbox.path('g.yaml')}:7:3: Cannot open 127.0.0.1:${address.port}: address already in use
- !socket
  ^`,
  });
  assert.deepEqual(openDescriptors(), before);
  assert.ok(!existsSync(sandbox.path('s.sock')));
});

test('a file that was replaced between the check and the opening is found out', (t) => {
  const sandbox = makeSandbox(t);
  const file = sandbox.plan('!file { path: f.txt, rights: append }');
  rmSync(sandbox.path('f.txt'));
  mkdirSync(sandbox.path('f.txt'));
  const before = openDescriptors();
  assert.throws(() => openPlan(file), /Cannot open 'f\.txt': is a directory/);
  const reading = sandbox.plan('!file { path: d/inner.txt }');
  rmSync(sandbox.path('d/inner.txt'));
  mkdirSync(sandbox.path('d/inner.txt'));
  assert.throws(
    () => openPlan(reading),
    /'d\/inner\.txt' was a regular file when it was checked and is a directory now/,
  );
  const directory = sandbox.plan('!file { path: d }');
  rmSync(sandbox.path('d'), { recursive: true });
  writeFileSync(sandbox.path('d'), '');
  assert.throws(() => openPlan(directory), /Cannot open 'd': not a directory/);
  rmdirSync(sandbox.path('f.txt'));
  assert.throws(() => openPlan(file), /Cannot open 'f\.txt': no such file or directory/);
  const program = sandbox.plan('!executable');
  writeFileSync(sandbox.path('other.wasm'), 'x');
  rmSync(sandbox.path('p.wasm'));
  writeFileSync(sandbox.path('p.wasm'), 'x');
  assert.throws(() => openPlan(program), /p\.wasm' was replaced or changed after it had been checked/);
  assert.deepEqual(openDescriptors(), before);
});

test('a listening socket takes connections, a connected one is connected', async (t) => {
  const sandbox = makeSandbox(t);
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(sandbox.path('srv.sock'));
  await once(server, 'listening');
  t.after(() => server.close());
  const opened = openPlan(
    sandbox.plan('- !socket { bind: ./l.sock, backlog: 3 }\n- !socket { connect: ./srv.sock }\n'),
  );
  t.after(() => opened.abandon());
  const [listening, connected] = opened.descriptors;
  assert.ok(listening && connected);
  assert.equal(connected.type, Filetype.socket_stream);
  assert.ok(namesOfRights(listening.base).includes('sock_accept'));
  assert.ok(!namesOfRights(connected.base).includes('sock_accept'));
  await once(server, 'connection');
  const client = createConnection(sandbox.path('l.sock'));
  client.on('error', () => undefined);
  await once(client, 'connect');
  client.destroy();
});

/** A UNIX socket with as many connections as may wait to be accepted, and who accepts them after a while. */
function listenLate(t: TestContext, path: string, accepts: boolean): void {
  const address = { family: 'unix', path } as const;
  const listener = makeSocket('unix', false);
  assert.equal(bindSocket(listener, address), 0);
  assert.equal(listen(listener, 0), 0);
  const first = makeSocket('unix', false);
  assert.equal(connectSocket(first, address, 1), 0);
  // Meanwhile it has signals come, as the end of another child would.
  const source = `setInterval(() => process.kill(process.ppid, 'SIGUSR2'), 10);
    setTimeout(() => ${accepts ? "require('net').createServer((peer) => peer.end('late')).listen({ fd: 3 })" : 'undefined'}, 500);`;
  const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'ignore', 'inherit', listener] });
  closeSync(listener);
  const ignore = (): void => undefined;
  process.on('SIGUSR2', ignore);
  t.after(() => {
    closeSync(first);
    child.kill('SIGKILL');
    process.off('SIGUSR2', ignore);
  });
}

test('a socket is connected however many signals come while it waits', (t) => {
  const sandbox = makeSandbox(t);
  listenLate(t, sandbox.path('late.sock'), true);
  const opened = openPlan(sandbox.plan('!socket { connect: ./late.sock }'));
  t.after(() => opened.abandon());
  const buffer = Buffer.alloc(10);
  const [socket] = opened.descriptors;
  assert.ok(socket);
  assert.equal(buffer.toString('latin1', 0, readSync(socket.host, buffer)), 'late');
});

test('connecting gives up after a while, however many signals come', (t) => {
  const sandbox = makeSandbox(t);
  const path = sandbox.path('never.sock');
  listenLate(t, path, false);
  const socket = makeSocket('unix', false);
  assert.equal(connectSocket(socket, { family: 'unix', path }, 1), -LinuxErrno.ETIMEDOUT);
  closeSync(socket);
});

test('a socket to connect without a listener is refused when opening', (t) => {
  const sandbox = makeSandbox(t);
  assert.throws(
    () => openPlan(sandbox.plan('!socket { connect: 127.0.0.1:1 }')),
    /Cannot open 127\.0\.0\.1:1: connection refused/,
  );
});

test('shared memory holds what is written and cannot change its size', (t) => {
  const { host, type } = openOne(t, '!shared_memory { size: 8 KiB }');
  assert.equal(type, Filetype.shared_memory);
  assert.equal(readFileSync(`/proc/self/fd/${host}`).length, 8192);
  assert.throws(() => writeSync(host, 'x', 8192), { code: 'EPERM' });
});

test('a pipe ends at its ends: one reads, the other writes', (t) => {
  const opened = openPlan(
    makeSandbox(t).plan('r: !pipe { name: a, end: read }\nw: !pipe { name: a, end: write }\n'),
  );
  t.after(() => opened.close());
  const [reader, writer] = opened.descriptors;
  assert.ok(reader && writer);
  writeSync(writer.host, 'through');
  const buffer = Buffer.alloc(10);
  assert.equal(buffer.toString('utf8', 0, readSync(reader.host, buffer)), 'through');
  assert.deepEqual(
    namesOfRights(reader.base).filter((name) => /fd_(read|write)$/.test(name)),
    ['fd_read'],
  );
  assert.deepEqual(
    namesOfRights(writer.base).filter((name) => /fd_(read|write)$/.test(name)),
    ['fd_write'],
  );
});

test('!fd gives what the descriptor was opened for, as a copy of ours', (t) => {
  const sandbox = makeSandbox(t);
  const rights = (flags: string): string[] => {
    const ours = openSync(sandbox.path('f.txt'), flags);
    const opened = openPlan(sandbox.plan(`!fd ${ours}`));
    closeSync(ours);
    const [descriptor] = opened.descriptors;
    assert.ok(descriptor);
    assert.ok(getFlags(descriptor.host) >= 0, 'the copy stays open');
    opened.close();
    return namesOfRights(descriptor.base);
  };
  assert.ok(rights('r').includes('fd_read') && !rights('r').includes('fd_write'));
  assert.ok(rights('r+').includes('fd_read') && rights('r+').includes('file_stat_fput_size'));
  assert.ok(rights('a').includes('fd_write'));
  assert.ok(!rights('a').includes('fd_stat_put_flags') && !rights('a').includes('fd_read'));
  assert.ok(rights('r').includes('fd_seek'));
});

test('a directory handed over by number can be read only', (t) => {
  const sandbox = makeSandbox(t);
  const ours = openSync(sandbox.path('d'), 'r');
  t.after(() => closeSync(ours));
  const [grant] = sandbox.plan(`!fd ${ours}`).grants;
  assert.equal(grant?.description, `Our descriptor ${ours}, a directory, read`);
  assert.ok(!grant.rights.inheriting.includes('fd_write'));
});

test('a descriptor that only names a file cannot be granted', (t) => {
  const sandbox = makeSandbox(t);
  const ours = openSync(sandbox.path('f.txt'), O_PATH);
  t.after(() => closeSync(ours));
  assert.deepEqual(
    mistakesOf(() => sandbox.plan(`!fd ${ours}`)),
    [`1:1 Descriptor ${ours} only names a file (O_PATH), it cannot be granted`],
  );
});
