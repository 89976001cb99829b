import assert from 'node:assert/strict';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HeldDatabase, wordLines } from '../../../src/services/colon-file.ts';
import type { Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';

const field = (entry: Wire, name: string): unknown => (entry instanceof Map ? entry.get(name) : entry);

test('groups are found by name and id, and withheld fields are empty', (t) => {
  const grp = openService(t, 'grp', wireMap({ groups: ['root', 'daemon'], fields: ['name', 'gid'] }));
  const root = wireMap({ name: 'root', passwd: '', gid: 0, members: [] });
  assert.deepEqual(grp.call('getgrnam', wireMap({ name: 'root' })), root);
  assert.deepEqual(grp.call('getgrgid', wireMap({ gid: 0 })), root);
  assert.equal(grp.call('getgrnam', wireMap({ name: 'tty' })), null);
  assert.equal(field(grp.call('getgrent'), 'name'), 'root');
  assert.equal(field(grp.call('getgrent'), 'name'), 'daemon');
  assert.equal(grp.call('getgrent'), null);
  grp.call('setgrent');
  assert.equal(field(grp.call('getgrent'), 'name'), 'root');
  grp.limit(wireMap({ commands: ['getgrgid'] }));
  assert.throws(() => grp.call('getgrnam', wireMap({ name: 'root' })), { code: 'ENOTCAPABLE' });
  assert.deepEqual(grp.call('getgrgid', wireMap({ gid: 0 })), root);
});

test('protocols and ports are found where this host has their databases', (t) => {
  const netdb = openService(t, 'netdb');
  const tcp = netdb.call('getprotobyname', wireMap({ name: 'tcp' }));
  assert.deepEqual(netdb.call('getprotobynumber', wireMap({ proto: 6 })), tcp);
  if (tcp !== null) assert.equal(field(tcp, 'proto'), 6);
  const https = netdb.call('getservbyname', wireMap({ name: 'https', protocol: 'tcp' }));
  assert.deepEqual(netdb.call('getservbyport', wireMap({ port: 443, protocol: 'tcp' })), https);
  if (https !== null) assert.equal(field(https, 'port'), 443);
  assert.equal(netdb.call('getservbyname', wireMap({ name: 'https', protocol: 'none' })), null);
});

test('a database is read again when it has changed', (t) => {
  const path = join(makeFolder(t), 'words');
  writeFileSync(path, 'one 1 # a comment\n# all of it\n\n two  2\n');
  const database = new HeldDatabase({ descriptors: { file: openSync(path, 'r') }, data: null }, wordLines);
  assert.deepEqual(database.current(), [
    ['one', '1'],
    ['two', '2'],
  ]);
  assert.equal(database.current(), database.current());
  writeFileSync(path, 'three 3\n');
  assert.deepEqual(database.current(), [['three', '3']]);
});
