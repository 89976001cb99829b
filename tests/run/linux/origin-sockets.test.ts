import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { plan } from '../../../src/plan/plan.ts';
import { command, type HostsOptions, pipe } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { ownApi, SECRET } from '../../frame/requests/own-api.ts';

/** Asks for two paths through a socket, one after the other, and prints what comes back. */
const CLIENT = `
  const { request } = require('http');
  const ask = (path) => new Promise((resolve) => request({ socketPath: '/run/api.sock', path, headers: { host: 'localhost' } }, (answer) => {
    let body = '';
    answer.on('data', (data) => body += data).on('end', () => resolve(answer.statusCode + ' ' + body.split(' ')[0].trim()));
  }).on('error', (error) => resolve(error.code)).end());
  (async () => console.log([await ask('/allowed'), await ask('/other')].join('\\n')))();`;

async function answersOf(network: HostsOptions): Promise<readonly string[]> {
  const stdout = pipe('write');
  const started = launch(
    process.execPath,
    command({ base: 'system', arguments: ['-e', CLIENT], network, stdout }),
  );
  const printed = await text(stdout.stream);
  await started.exited;
  return printed.trim().split('\n');
}

test('an origin is served at a UNIX socket of the program, without TLS and within its rules', async (t) => {
  const { port, seen, secret } = await ownApi(t);
  const host = {
    host: 'localhost',
    ports: port,
    paths: ['/allowed'],
    credential: { file: secret },
    at: '/run/api.sock',
  };
  const [allowed, other] = await answersOf({ hosts: [host] });
  assert.equal(allowed, '200 served');
  assert.match(other ?? '', /^403 /);
  assert.deepEqual(seen, [`GET /allowed Bearer ${SECRET}`]);
  // Limits count what goes this way. A socket that is closed before the program has written gives EPIPE, unix(7).
  for (const answer of await answersOf({ hosts: [host], limits: { bytes: 10 } }))
    assert.match(answer, /^(ECONNRESET|EPIPE)$/);
});

test('the place of such a socket is a path of its own', () => {
  const planned = (at: string | number): unknown =>
    plan(
      '/bin/true',
      command({ base: 'system', network: { hosts: [{ host: 'localhost', ports: 443, at }] } }),
    );
  assert.ok(planned('/run/api.sock'));
  for (const at of ['run/api.sock', '/run/../api.sock', '/run/api/', '/', `/${'a'.repeat(107)}`])
    assert.throws(() => planned(at), /absolute path of a UNIX socket/, at);
});
