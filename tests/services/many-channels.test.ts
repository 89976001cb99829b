import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { test } from 'node:test';
import { setFlags } from '../../src/host/files/files.ts';
import { O_NONBLOCK, O_RDWR } from '../../src/linux/open-flags.ts';
import { encodeFrame, MAX_REPLY, MAX_REQUEST } from '../../src/services/frame.ts';
import { FrameSocket } from '../../src/services/frame-socket.ts';
import { writeServiceRequest } from '../../src/services/request.ts';
import type { Wire } from '../../src/services/wire.ts';
import { openService, wireMap } from '../frame/services/open-channel.ts';

const root = wireMap({ name: 'root' });
const nameOf = (entry: Wire): unknown => (entry instanceof Map ? entry.get('name') : entry);
const request = (call: string, given: Wire): Uint8Array =>
  encodeFrame(writeServiceRequest(call, given), MAX_REQUEST).bytes;

test('a thousand channels are open at once, each with limits of its own', (t) => {
  const pwd = openService(t, 'pwd');
  const clones = Array.from({ length: 1000 }, () => pwd.clone());
  t.after(() => {
    for (const clone of clones) clone.close();
  });
  for (const [index, clone] of clones.entries())
    clone.limit(wireMap({ users: index % 2 === 0 ? ['root'] : ['daemon'] }));
  for (const [index, clone] of clones.entries())
    assert.equal(nameOf(clone.call('getpwnam', root)), index % 2 === 0 ? 'root' : null);
});

test('a client that never reads is not read either, and others are answered', (t) => {
  const random = openService(t, 'random');
  const silent = random.clone();
  t.after(() => silent.close());
  setFlags(silent.fd, O_RDWR | O_NONBLOCK);
  const socket = new FrameSocket(silent.fd, MAX_REPLY);
  const asking = { bytes: request('bytes', wireMap({ count: 65536 })), descriptors: [] };
  let sent = 0;
  while (!socket.isSending) {
    assert.ok(socket.send(asking));
    sent++;
    assert.ok(sent < 100_000, 'its requests are taken without an end');
  }
  const bytes = random.call('bytes', wireMap({ count: 10 }));
  assert.ok(bytes instanceof Uint8Array && bytes.length === 10);
});

test('requests that are sent together with a limit have the limits of their turn', (t) => {
  const pwd = openService(t, 'pwd');
  const asked = [
    request('getpwnam', root),
    request('limit', wireMap({ users: [] })),
    request('getpwnam', root),
    request('limit', wireMap({ users: ['root'] })),
    request('getpwnam', root),
  ];
  writeSync(pwd.fd, Buffer.concat(asked));
  const socket = new FrameSocket(pwd.fd, MAX_REPLY);
  const answers = asked.map(() => {
    const frame = socket.receive(true);
    assert.ok(typeof frame === 'object');
    return /ENOTCAPABLE|root/.exec(Buffer.from(frame.bytes).toString('latin1'))?.[0];
  });
  assert.deepEqual(answers, ['root', undefined, undefined, 'ENOTCAPABLE', undefined]);
});
