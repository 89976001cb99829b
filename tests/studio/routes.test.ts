import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAIR } from '../frame/graph/graphs.ts';
import { linksOf } from '../frame/programs.ts';
import { TestStudio } from '../frame/studio/studios.ts';

test('requests of other origins, other hosts and without the token are refused, and those of the page served', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const host = `127.0.0.1:${studio.port}`;
  const token = { Authorization: `Bearer ${studio.token}` };
  const json = { 'Content-Type': 'application/json' };
  const undo = (headers: Readonly<Record<string, string>>) =>
    studio.ask('POST', '/api/undo', { Host: host, ...json, ...headers }, 'null');
  const cases = [
    ['no token', {}, 401],
    ['a wrong token', { Authorization: `Bearer ${'x'.repeat(studio.token.length)}` }, 401],
    ['a cookie in its place', { Cookie: `token=${studio.token}` }, 401],
    ['another origin', { ...token, Origin: 'http://evil.example' }, 403],
    ['another port', { ...token, Origin: 'http://127.0.0.1:1' }, 403],
    ['no origin', { ...token, Origin: 'null' }, 403],
    ['another site', { ...token, 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a name that stands for this address', { ...token, Host: `evil.example:${studio.port}` }, 421],
    ['the name of another port', { ...token, Host: '127.0.0.1:1' }, 421],
    ['a form', { ...token, 'Content-Type': 'text/plain' }, 400],
    ['the page', { ...token, Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' }, 200],
    [
      'localhost',
      { ...token, Host: `localhost:${studio.port}`, Origin: `http://localhost:${studio.port}` },
      200,
    ],
  ] as const;
  for (const [name, headers, status] of cases) {
    const answer = await undo(headers);
    assert.equal(answer.status, status, name);
    assert.equal(answer.headers['access-control-allow-origin'], undefined, name);
  }
  const events = (headers: Readonly<Record<string, string>>) => studio.ask('GET', '/api/events', headers);
  assert.equal((await events({})).status, 401);
  assert.equal((await events({ ...token, Origin: 'http://evil.example' })).status, 403);
  assert.equal((await events({ ...token, Host: 'evil.example' })).status, 421);
  assert.equal((await events(token)).status, 200);
  const preflight = await studio.ask('OPTIONS', '/api/undo', {
    Origin: 'http://evil.example',
    'Access-Control-Request-Method': 'POST',
  });
  assert.equal(preflight.status, 403);
});

test('no path leads to a file but those of the page', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const token = { Authorization: `Bearer ${studio.token}` };
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/page.js/../../server.mjs',
    '/page.js%00',
    '//etc/passwd',
    '/graph.yaml',
    '/page.js?x',
    '/__proto__',
    '/api/constructor',
  ]) {
    assert.equal((await studio.ask('GET', path)).status, 401, path);
    assert.equal((await studio.ask('GET', path, token)).status, 404, path);
  }
  for (const [path, type] of [
    ['/', 'text/html; charset=utf-8'],
    ['/page.js', 'text/javascript; charset=utf-8'],
    ['/page.css', 'text/css; charset=utf-8'],
  ] as const) {
    const { status, headers, body } = await studio.ask('GET', path);
    assert.equal(status, 200, path);
    assert.equal(headers['content-type'], type);
    assert.match(String(headers['content-security-policy']), /default-src 'none'; script-src 'self';/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.doesNotMatch(body, new RegExp(studio.token), 'the page has no secret');
  }
  assert.equal((await studio.ask('POST', '/page.js', token)).status, 404);
  const { body } = await studio.ask('GET', '/');
  assert.doesNotMatch(
    body,
    /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/,
    'nothing is written into the page',
  );
});

test('requests that are no edits are refused, and change nothing', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  for (const body of [
    null,
    [],
    { edit: 'save', text: '' },
    { edit: 'set', name: 'front', key: 'grants', value: '!file /' },
    { edit: 'set', name: 'front', key: 'program', value: 'a\nb' },
    { edit: 'move', places: { front: { x: 'NaN', y: 0 } } },
    { edit: 'add-arrow', name: 'x', kind: '!file', from: 'front', to: 'back', detail: '' },
  ])
    assert.equal(await studio.post('edit', body), 'The studio does not know this edit');
  const big = await studio.ask('POST', '/api/edit', {
    Authorization: `Bearer ${studio.token}`,
    'Content-Type': 'application/json',
    'Content-Length': `${9 * 1024 * 1024}`,
  });
  assert.equal(big.status, 413);
  assert.equal(studio.document, PAIR);
  assert.equal(await studio.post('edit', { edit: 'set', name: 'back', key: 'replicas', value: '2' }), null);
  assert.match(studio.document, /replicas: 2/);
  assert.equal(await studio.post('undo', null), null);
  assert.equal(studio.document, PAIR);
});

test('the server holds its socket, the files of the page and two pipes, and sees no other file', async (t) => {
  const studio = await TestStudio.start(t, PAIR);
  const server = serverOf(studio);
  const names = linksOf(server);
  assert.equal(names.filter((name) => name.endsWith('/dist/studio/page')).length, 1, names.join());
  assert.deepEqual(
    names.filter(
      (name) =>
        name.startsWith('/') && !/dist\/studio\/page$|^\/dev\/null|^\/memfd:|^\/proc\/\d+\/statm$/.test(name),
    ),
    [],
  );
  assert.match(readFileSync(`/proc/${server}/status`, 'utf8'), /^Seccomp:\t2$/m);
});

/** The process that holds the listening socket of a studio. */
function serverOf({ port }: TestStudio): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((one) => one.trim().split(/\s+/))
    .find((words) => words[1] === `0100007F:${hex}` && words[3] === '0A');
  const socket = `socket:[${line?.[9]}]`;
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && linksIn(name).includes(socket));
  assert.equal(found.length, 1, 'one process holds the socket');
  return found[0] ?? '';
}

/** The objects behind the descriptors of a process; none of one that has gone. */
function linksIn(pid: string): readonly string[] {
  try {
    return linksOf(pid);
  } catch {
    return [];
  }
}
