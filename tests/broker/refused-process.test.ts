import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { nameTarget } from '../../src/network/refusal.ts';
import { runWith, script, serve } from '../frame/broker/hosts.ts';
import { command } from '../frame/cli/commands.ts';
import { ownApi } from '../frame/requests/own-api.ts';

/* The process of a refusal: it is told by the socket that it has, or by what was observed. */

test('the refusal of a request names the process that has sent it, even one that ends at once', async (t) => {
  const { port } = await ownApi(t);
  const ask = `require('http').get('http://localhost:${port}/other', (answer) => process.exit(answer.statusCode === 403 ? 0 : 1))`;
  const network = { hosts: [{ host: 'localhost', ports: port, paths: ['/allowed'], tls: false }] };
  const { reason, refusals, errors } = await script(network, ask);
  assert.deepEqual({ ...reason, usage: undefined }, { kind: 'exited', code: 0, usage: undefined }, errors);
  const [refusal] = refusals;
  assert.equal(refusal?.target.kind, 'request');
  assert.equal(refusal?.process?.executable, process.execPath);
});

test('a request at a UNIX socket names the process that has connected', async (t) => {
  const { port } = await ownApi(t);
  const ask = `require('http').get({ socketPath: '/run/api.sock', path: '/other', headers: { host: 'localhost' } }, () => process.exit())`;
  const host = { host: 'localhost', ports: port, paths: ['/allowed'], at: '/run/api.sock' };
  const { refusals, errors } = await script({ hosts: [host] }, ask);
  assert.equal(refusals[0]?.target.kind, 'request', errors);
  assert.equal(refusals[0]?.process?.executable, process.execPath);
});

test('the refusal of a look-up names the process that has asked', async () => {
  const ask = `require('dns').lookup('other.example.org', (error) => console.log(error.code))`;
  const { out, refusals } = await script({ hosts: ['svc.example.org:443'] }, ask);
  assert.equal(out, 'ENOTFOUND\n');
  assert.deepEqual(
    refusals.map(({ target, process: found }) => [nameTarget(target), found?.executable]),
    [['other.example.org', process.execPath]],
  );
});

test('a connection that its server refuses names the process', async (t) => {
  const { port, server } = await serve(t, () => undefined);
  server.close();
  const connect = `require('net').connect(${port}, '127.0.0.1').on('error', () => process.exit())`;
  const { refusals } = await script({ hosts: [`localhost:${port}`] }, connect);
  assert.equal(refusals[0]?.denial.kind, 'unreachable');
  assert.equal(refusals[0]?.process?.executable, process.execPath);
});

test('--trace tells the process of a port that the kernel has refused already', async (t) => {
  const { port } = await serve(t, () => undefined);
  const other = await serve(t, () => undefined);
  const bash = '/usr/bin/bash';
  if (!existsSync(bash)) {
    t.skip('there is no bash');
    return;
  }
  // Its subshells end at once.
  const words = `for i in 1 2 3; do (: < /dev/tcp/127.0.0.1/${other.port}); done`;
  const options = ['--base', 'system', '--net', `localhost:${port}`, '--', bash, '-c', words];
  const { stderr } = command('cloudabi', ['exec', '--trace', '--json', ...options]);
  const refused = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): { port?: number; process: unknown } => JSON.parse(line))
    .filter((line) => line.port === other.port);
  assert.equal(refused.length, 3, stderr);
  for (const { process: found } of refused) {
    assert.ok(typeof found === 'object' && found !== null && 'executable' in found, stderr);
    assert.match(String(found.executable), /\/bash$/);
  }
  // Without it, the socket is gone before it could be looked at.
  const plain = await runWith({ hosts: [`localhost:${port}`] }, bash, ['-c', words]);
  assert.ok(plain.refusals.length > 0);
});

test('datagrams to groups and to all, which nothing answers, are refusals of their process', async () => {
  const send = `
    const socket = require('dgram').createSocket('udp4');
    socket.bind(() => {
      socket.setBroadcast(true);
      socket.send('x', 5353, '224.0.0.251', () => socket.send('', 1900, '255.255.255.255', () => {
        const six = require('dgram').createSocket('udp6');
        six.send('x', 5353, 'ff02::fb', (error) => { if (error) console.log(error.code); });
        setTimeout(() => process.exit(), 1000);
      }));
    });`;
  const { out, refusals, errors } = await script({ hosts: ['svc.example.org:443'] }, send);
  assert.deepEqual([out, errors], ['', '']);
  assert.deepEqual(
    refusals.map(({ target, denial, process: found }) => [
      nameTarget(target),
      denial.kind,
      found?.executable,
    ]),
    [
      ['224.0.0.251:5353/udp', 'no-rule', process.execPath],
      ['255.255.255.255:1900/udp', 'no-rule', process.execPath],
      ['[ff02::fb]:5353/udp', 'no-rule', process.execPath],
    ],
  );
});
