import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { addGrants } from '../../src/learning/add-grants.ts';

const resolve = (path: string): string => posix.resolve('/doc', path);
const data = { directory: true, write: true, execute: false };

test('a grant is added at the end of its map, and the text around it stays', () => {
  const text = '# top\n!command\n# files\nfiles:\n  /a: !file { path: /a } # first\nstdout: !fd stdout\n';
  const grant = { path: '/b', at: '/b', directory: false, write: false, execute: true };
  const { text: added } = addGrants(text, { paths: [grant], sockets: [], hosts: [] }, resolve);
  assert.equal(
    added,
    '# top\n!command\n# files\nfiles:\n  /a: !file { path: /a } # first\n  /b: !file { path: /b, rights: [read, execute] }\nstdout: !fd stdout\n',
  );
});

test('the rights of a directory that is granted already grow', () => {
  const text = '!command\ndirectories:\n  /data: !file { path: data, rights: read }\n';
  const grant = { path: '/doc/data', at: '/doc/data', ...data };
  const { text: added } = addGrants(text, { paths: [grant], sockets: [], hosts: [] }, resolve);
  assert.equal(
    added,
    '!command\ndirectories:\n  /data: !file { path: data, rights: [read, write, create, remove] }\n',
  );
});

test('tags with a prefix keep it', () => {
  const text = '%TAG ! tag:nuxi.nl,2015:cloudabi/\n---\n!command\nbase: system\n';
  const { text: added } = addGrants(
    text,
    { paths: [{ path: '/d', at: '/d', ...data }], sockets: [], hosts: [] },
    resolve,
  );
  assert.match(added, /^directories:\n {2}\/d: !file \{/m);
});

test('hosts and sockets join those that are there, once', () => {
  const text = '!command\nsockets: [/run/a]\nnetwork:\n  hosts: [a.example.org:443]\n';
  const more = { paths: [], sockets: ['/run/a', '/run/b'], hosts: ['a.example.org:443', 'b.example.org:80'] };
  const { text: added, left } = addGrants(text, more, resolve);
  assert.deepEqual(left, []);
  assert.equal(
    added,
    '!command\nsockets: [/run/a, /run/b]\nnetwork:\n  hosts: [a.example.org:443, "b.example.org:80"]\n',
  );
});

test('rules of hosts are not put beside ports of the network of the host', () => {
  const text = '!command\nnetwork:\n  mode: host\n  connect: [443]\n';
  const { left } = addGrants(text, { paths: [], sockets: [], hosts: ['a.example.org:443'] }, resolve);
  assert.deepEqual(left, ['network: { hosts: [a.example.org:443] }']);
});

test('a document of another kind is refused', () => {
  assert.throws(() => addGrants('a: 1\n', { paths: [], sockets: [], hosts: [] }, resolve), RangeError);
});
