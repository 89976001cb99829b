import assert from 'node:assert/strict';
import { closeSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { encode } from '../../src/argdata/encode.ts';
import { makePipe } from '../../src/host/files/new-descriptors.ts';
import { encodeFrame, HEAD_SIZE, MAX_REQUEST } from '../../src/services/frame.ts';
import { FrameSocket } from '../../src/services/frame-socket.ts';
import { writeServiceRequest } from '../../src/services/request.ts';
import { Passed, type Wire } from '../../src/services/wire.ts';
import { openService, openServices, wireMap } from '../frame/services/open-channel.ts';

const nameOf = (entry: Wire): unknown => (entry instanceof Map ? entry.get('name') : entry);
const root = wireMap({ name: 'root' });

test('a channel answers within its limits, and nothing else', (t) => {
  const pwd = openService(t, 'pwd', wireMap({ users: ['root'], fields: ['name', 'uid'] }));
  assert.deepEqual(
    pwd.call('getpwnam', root),
    wireMap({ name: 'root', passwd: '', uid: 0, gid: 0xffffffff, gecos: '', dir: '', shell: '' }),
  );
  assert.equal(pwd.call('getpwnam', wireMap({ name: 'daemon' })), null);
  assert.equal(pwd.call('getpwuid', wireMap({ uid: 1 })), null);
  assert.equal(nameOf(pwd.call('getpwent')), 'root');
  assert.equal(pwd.call('getpwent'), null);
});

test('limits only shrink, and those that are not named stay', (t) => {
  const pwd = openService(t, 'pwd', wireMap({ users: ['root', 'daemon'] }));
  const wider = { code: 'ENOTCAPABLE', message: /'users' would allow more/ };
  assert.throws(() => pwd.limit(wireMap({ users: ['root', 'nobody'] })), wider);
  pwd.limit(wireMap({ users: ['root'] }));
  assert.throws(() => pwd.limit(wireMap({ users: ['root', 'daemon'] })), wider);
  assert.throws(() => pwd.limit(wireMap({ users: ['daemon'] })), wider);
  pwd.limit(wireMap({ fields: ['name'] }));
  assert.deepEqual(pwd.limits(), wireMap({ fields: ['name'], users: ['root'] }));
  assert.throws(() => pwd.limit(wireMap({ users: 'root' })), {
    code: 'EINVAL',
    message: /'users' expects a list/,
  });
  assert.throws(() => pwd.limit(wireMap({ user: ['root'] })), {
    code: 'EINVAL',
    message: /did you mean 'users'/,
  });
  pwd.limit(wireMap({ users: [] }));
  assert.equal(pwd.call('getpwnam', root), null);
});

test('a clone keeps the limits of its moment, and its state is its own', (t) => {
  const pwd = openService(t, 'pwd', wireMap({ users: ['root', 'daemon'] }));
  assert.equal(nameOf(pwd.call('getpwent')), 'root');
  const clone = pwd.clone();
  t.after(() => clone.close());
  pwd.limit(wireMap({ users: ['daemon'] }));
  assert.deepEqual(clone.limits(), wireMap({ users: ['root', 'daemon'] }));
  assert.equal(nameOf(clone.call('getpwent')), 'daemon');
  assert.equal(nameOf(clone.call('getpwnam', root)), 'root');
  assert.equal(pwd.call('getpwnam', root), null);
  assert.equal(nameOf(pwd.call('getpwent')), 'daemon');
  pwd.close();
  assert.equal(nameOf(clone.call('getpwnam', root)), 'root');
});

test('requests of one channel are answered in their order, also together', async (t) => {
  const pwd = openService(t, 'pwd');
  const names = await Promise.all(
    ['root', 'daemon', '?'].map((name) => pwd.ask('getpwnam', wireMap({ name }))),
  );
  assert.deepEqual(names.map(nameOf), ['root', 'daemon', null]);
});

test('several services share one confined process, whose only file is the one that it holds', (t) => {
  const { channels } = openServices(t, ['pwd'], ['random', wireMap({ bytes: 16 })]);
  const [pwd, random] = channels;
  const bytes = random?.call('bytes', wireMap({ count: 16 }));
  assert.ok(bytes instanceof Uint8Array && bytes.length === 16);
  assert.throws(() => random?.call('bytes', wireMap({ count: 17 })), { code: 'ENOTCAPABLE' });
  assert.equal(nameOf(pwd?.call('getpwnam', root) ?? null), 'root');
});

test('the process of services has no capabilities, a filter, and no file but what it holds', async (t) => {
  const { channels } = openServices(t, ['pwd']);
  assert.equal(nameOf(channels[0]?.call('getpwnam', root) ?? null), 'root');
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const found = children.filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('service-process'),
  );
  const pid = found.at(-1);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  assert.match(status, /^CapEff:\t0+$/m);
  assert.match(status, /^CapPrm:\t0+$/m);
  assert.match(status, /^Seccomp:\t2$/m);
  const { readdirSync } = await import('node:fs');
  const files = readdirSync(`/proc/${pid}/fd`)
    .map((fd) => [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)])
    .filter(([, target]) => target?.startsWith('/'))
    .map(([fd, target]) => (Number(fd) <= 2 ? target : `held ${target}`));
  assert.deepEqual(files.sort(), ['/dev/null', '/dev/null', '/dev/null', 'held /etc/passwd']);
});

test('a client hears of the end of its services', async (t) => {
  const { channels, end, lost } = openServices(t, ['pwd']);
  const [pwd] = channels;
  assert.equal(nameOf(pwd?.call('getpwnam', root) ?? null), 'root');
  end();
  await lost();
  assert.throws(() => pwd?.call('getpwnam', root), { code: 'EPIPE' });
  await assert.rejects(pwd?.ask('getpwnam', root) ?? Promise.resolve(), { code: 'EPIPE' });
});

test('the process of services ends with its last channel', async (t) => {
  const { channels, lost } = openServices(t, ['pwd'], ['random']);
  channels[0]?.close();
  assert.ok(channels[1]?.call('bytes', wireMap({ count: 1 })));
  channels[1]?.close();
  await lost();
});

/** Sends bytes as they are, and returns the code of the answer. */
function answerTo(descriptor: number, bytes: Uint8Array): unknown {
  writeSync(descriptor, bytes);
  const frame = new FrameSocket(descriptor, MAX_REQUEST).receive(true);
  if (typeof frame === 'string') return frame;
  return /E[A-Z]{3,}/.exec(Buffer.from(frame.bytes).toString('latin1'))?.[0] ?? 'result';
}

/** A message with a value of any bytes. */
function framed(value: Uint8Array, size = value.length, descriptors = 0): Uint8Array {
  const [...head] = encodeFrame(null, 0).bytes;
  const frame = Buffer.concat([Buffer.from(head), value]);
  frame.writeUInt32LE(size, 0);
  frame.writeUInt16LE(descriptors, 4);
  return frame;
}

test('a message that is no request is answered so, and the channel goes on', (t) => {
  const pwd = openService(t, 'pwd');
  const deep = Array.from({ length: 40 }).reduce<Wire>((inner) => [inner], null);
  const values: readonly Uint8Array[] = [
    new Uint8Array(),
    Uint8Array.of(0xff),
    Uint8Array.of(6, 0x82, 8),
    encode('getpwnam'),
    encode([]),
    encode(new Map([['call', 1]])),
    encode(
      new Map([
        ['call', 'getpwnam'],
        ['more', 'x'],
      ]),
    ),
    encodeFrame(writeServiceRequest('getpwnam', deep), MAX_REQUEST).bytes.subarray(HEAD_SIZE),
  ];
  for (const value of values) assert.equal(answerTo(pwd.fd, framed(value)), 'EBADMSG');
  for (const call of ['', 'toString', '__proto__', 'getpwnam ', 'prepare'])
    assert.throws(() => pwd.call(call), { code: 'ENOSYS' });
  for (const given of [{}, { name: 1 }, { name: 'a', uid: 1 }, { name: 'x'.repeat(257) }, { name: 'a\0b' }])
    assert.throws(() => pwd.call('getpwnam', wireMap(given)), { code: 'EINVAL' });
  assert.equal(nameOf(pwd.call('getpwnam', root)), 'root');
});

test('a client that does not speak in messages loses its channel alone', (t) => {
  const { channels } = openServices(t, ['pwd'], ['pwd'], ['pwd'], ['pwd']);
  const [garbage, enormous, descriptors, other] = channels;
  assert.equal(answerTo(garbage?.fd ?? -1, Buffer.from('GET / HTTP/1.1\r\n\r\n')), 'EBADMSG');
  assert.equal(answerTo(enormous?.fd ?? -1, framed(new Uint8Array(), MAX_REQUEST + 1)), 'EBADMSG');
  assert.equal(
    answerTo(descriptors?.fd ?? -1, framed(encode(new Map([['call', 'setpwent']])), undefined, 1)),
    'EBADMSG',
  );
  for (const channel of [garbage, enormous, descriptors])
    assert.throws(() => channel?.call('getpwnam', root), { code: 'EPIPE' });
  assert.equal(nameOf(other?.call('getpwnam', root) ?? null), 'root');
});

test('a message that comes in pieces is one', (t) => {
  const pwd = openService(t, 'pwd');
  const { bytes } = encodeFrame(writeServiceRequest('getpwnam', root), MAX_REQUEST);
  for (const byte of bytes.subarray(0, -1)) writeSync(pwd.fd, Uint8Array.of(byte));
  assert.equal(answerTo(pwd.fd, bytes.subarray(-1)), 'result');
});

test('descriptors that a request does not name, or should not bring, are closed in the service', (t) => {
  const pwd = openService(t, 'pwd');
  const { read, write } = makePipe();
  const given = wireMap({ name: new Passed(write) });
  assert.throws(() => pwd.call('getpwnam', given), { code: 'EINVAL' });
  assert.throws(() => pwd.call('getpwnam', wireMap({ name: 'root', [`x`]: new Passed(write) })), {
    code: 'EINVAL',
  });
  closeSync(write);
  // The end of the pipe is seen once no process has the other one.
  assert.equal(readFileSync(read).length, 0);
  closeSync(read);
});
