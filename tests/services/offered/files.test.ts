import assert from 'node:assert/strict';
import {
  closeSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { descriptorShape, recordShape } from '../../../src/services/shape.ts';
import type { Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

const opened = recordShape({ file: descriptorShape });
const fileOf = (answer: Wire): number => opened.read(answer, []).file.take();
const field = (entry: Wire, name: string): unknown => (entry instanceof Map ? entry.get(name) : entry);

test('files that were named are opened anew each time, and no others', (t) => {
  const folder = makeFolder(t);
  const [one, two, other] = ['one', 'two', 'other'].map((name) => join(folder, name));
  assert.ok(one && two && other);
  for (const path of [one, two, other]) writeFileSync(path, `content of ${path}`);
  const link = join(folder, 'link');
  symlinkSync(one, link);
  const files = openService(t, 'fileargs', wireMap({ files: [one, two, link], access: ['read', 'append'] }));
  const open = (path: string, access = 'read'): number =>
    fileOf(files.call('open', wireMap({ path, access })));
  const [first, second] = [open(one), open(one)];
  assert.equal(readFileSync(first, 'utf8'), `content of ${one}`);
  assert.equal(readFileSync(second, 'utf8'), `content of ${one}`, 'it has an offset of its own');
  const adding = open(two, 'append');
  writeSync(adding, ', and more');
  assert.equal(readFileSync(two, 'utf8'), `content of ${two}, and more`);
  assert.throws(() => readFileSync(adding), { code: 'EBADF' });
  for (const descriptor of [first, second, adding]) closeSync(descriptor);
  for (const path of [other, folder, `${folder}/./one`, `${one}/`, '/etc/passwd'])
    assert.throws(() => open(path), { code: 'ENOTCAPABLE' });
  assert.throws(() => open(one, 'write'), { code: 'ENOTCAPABLE' });
  assert.equal(field(files.call('realpath', wireMap({ path: link })), 'path'), one);
  assert.equal(field(files.call('lstat', wireMap({ path: one })), 'size'), readFileSync(one).length);
  files.limit(wireMap({ files: [two], operations: ['open'] }));
  assert.throws(() => open(one), { code: 'ENOTCAPABLE' });
  assert.throws(() => files.call('lstat', wireMap({ path: two })), { code: 'ENOTCAPABLE' });
  closeSync(open(two));
});

test('a file that was put in the place of another is not opened', (t) => {
  const folder = makeFolder(t);
  const path = join(folder, 'file');
  writeFileSync(path, 'granted');
  writeFileSync(join(folder, 'secret'), 'secret');
  const files = openService(t, 'fileargs', wireMap({ files: [path] }));
  const ask = (): Wire => files.call('open', wireMap({ path, access: 'read' }));
  closeSync(fileOf(ask()));
  renameSync(path, join(folder, 'moved'));
  assert.throws(ask, { code: 'ENOENT' });
  writeFileSync(path, 'another');
  assert.throws(ask, { code: 'EACCES' });
  unlinkSync(path);
  symlinkSync('secret', path);
  assert.throws(ask, { code: 'EACCES' });
  unlinkSync(path);
  renameSync(join(folder, 'moved'), path);
  closeSync(fileOf(ask()));
});

test('settings are read by name, within what is granted', (t) => {
  const sysctl = openService(
    t,
    'sysctl',
    wireMap({ names: wireMap({ 'kernel.hostname': 'read', 'net.core.*': 'read' }) }),
  );
  const get = (name: string): unknown => field(sysctl.call('get', wireMap({ name })), 'value');
  assert.equal(get('kernel.hostname'), hostname());
  assert.equal(get('kernel/hostname'), hostname());
  assert.match(String(get('net.core.somaxconn')), /^\d+$/);
  for (const name of ['kernel.ostype', 'net.ipv4.ip_forward', 'net.core', 'net'])
    assert.throws(() => get(name), { code: 'ENOTCAPABLE' });
  assert.throws(() => get('net.core.none'), { code: /ENOENT|EACCES/ });
  for (const name of ['net/core/../ipv4/ip_forward', 'net.core.*', '', '/kernel/hostname'])
    assert.throws(() => get(name), { code: 'EINVAL' });
  assert.throws(() => sysctl.call('set', wireMap({ name: 'kernel.hostname', value: 'x' })), {
    code: 'ENOTCAPABLE',
  });
  assert.throws(() => sysctl.limit(wireMap({ names: wireMap({ 'net.*': 'read' }) })), {
    code: 'ENOTCAPABLE',
  });
  assert.throws(() => sysctl.limit(wireMap({ names: wireMap({ 'net.core.*': 'read-write' }) })), {
    code: 'ENOTCAPABLE',
  });
  sysctl.limit(wireMap({ names: wireMap({ 'net.core.somaxconn': 'read' }) }));
  assert.throws(() => get('kernel.hostname'), { code: 'ENOTCAPABLE' });
  assert.match(String(get('net.core.somaxconn')), /^\d+$/);
});

test('a setting is written as it was', {
  skip: process.getuid?.() !== 0 && 'settings belong to root',
}, (t) => {
  const path = '/proc/sys/kernel/domainname';
  const before = readFileSync(path, 'utf8').trim();
  const sysctl = openService(t, 'sysctl', wireMap({ names: wireMap({ 'kernel.domainname': 'write' }) }));
  sysctl.call('set', wireMap({ name: 'kernel.domainname', value: before }));
  assert.equal(readFileSync(path, 'utf8').trim(), before);
  assert.throws(() => sysctl.call('get', wireMap({ name: 'kernel.domainname' })), { code: 'ENOTCAPABLE' });
});
