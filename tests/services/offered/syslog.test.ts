import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { listenAt, makeLog } from '../../frame/services/log-socket.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

test('messages reach the log with their priority, name and text, and what is no text is replaced', (t) => {
  const { path, next } = makeLog(t);
  const log = openService(t, 'syslog', wireMap({ socket: path }));
  log.call('openlog', wireMap({ ident: 'server', facility: 'daemon' }));
  log.call('syslog', wireMap({ priority: 'err', message: 'It fails\n' }));
  assert.match(next(), /^<27>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d server: It fails$/);
  log.call('syslog', wireMap({ priority: 'info', message: 'one\n<0>forged: two\x1b[2J' }));
  assert.match(next(), /server: one\u{fffd}<0>forged: two\u{fffd}\[2J$/u);
  log.call('syslog', wireMap({ priority: 'info', message: 'x'.repeat(5000) }));
  assert.equal(Buffer.byteLength(next()), 2048);
});

test('priorities outside the mask are not written, and limits hold facilities and names', (t) => {
  const { path, next } = makeLog(t);
  const log = openService(
    t,
    'syslog',
    wireMap({ socket: path, facilities: ['user', 'local0'], idents: ['', 'a'] }),
  );
  assert.equal(log.call('setlogmask', wireMap({ mask: 0b1000 })), 0xff);
  assert.equal(log.call('setlogmask', wireMap({ mask: 0 })), 0b1000);
  log.call('syslog', wireMap({ priority: 'info', message: 'unwritten' }));
  log.call('syslog', wireMap({ priority: 'err', message: 'written' }));
  assert.match(next(), /^<11>.* program: written$/);
  const refused = { code: 'ENOTCAPABLE' };
  assert.throws(
    () => log.call('syslog', wireMap({ priority: 'err', message: 'x', facility: 'auth' })),
    refused,
  );
  assert.throws(() => log.call('openlog', wireMap({ ident: 'sshd' })), refused);
  log.call('openlog', wireMap({ ident: 'a', facility: 'local0' }));
  log.limit(wireMap({ idents: [''] }));
  assert.throws(() => log.call('syslog', wireMap({ priority: 'err', message: 'x' })), refused);
  assert.throws(() => log.limit(wireMap({ socket: '/dev/log' })), refused);
});

test('a channel that reconnects waits for no log, and finds one that starts late and again', async (t) => {
  const folder = makeFolder(t);
  const socket = join(folder, 'log');
  const log = openService(t, 'syslog', wireMap({ socket, reconnect: true }));
  const write = (message: string): Promise<unknown> =>
    log.ask('syslog', wireMap({ priority: 'info', message }));
  await assert.rejects(write('lost'), { code: 'EPIPE' });
  for (const message of ['first', 'second']) {
    const began = listenAt(socket);
    await Promise.all([write(message), write(`${message}, more`)]);
    assert.match(began.next(), new RegExp(`: ${message}$`));
    assert.match(began.next(), new RegExp(`: ${message}, more$`));
    began.close();
    rmSync(socket);
    await assert.rejects(write('lost'), { code: 'EPIPE' });
  }
});

test('a log that is not there is an error of the start, and a zygote opens none that reconnects', (t) => {
  const socket = join(makeFolder(t), 'log');
  assert.throws(() => openService(t, 'syslog', wireMap({ socket })), /ENOENT/);
  const services = (reconnect: boolean): Wire =>
    wireMap({ services: wireMap({ syslog: wireMap({ socket, reconnect }) }) });
  assert.throws(() => openService(t, 'zygote', services(true)), /asks the launcher with these limits/);
  listenAt(socket);
  openService(t, 'zygote', services(false));
});
