// psql reaches a database of this host by its port, or by its UNIX socket, and nothing beside it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../frame/free-port.ts';
import { NOBODY } from '../frame/other-user.ts';
import { makeFolder } from '../frame/programs.ts';
import { assertRefused, testAsUsers } from '../frame/real/run-as.ts';

const root = '/usr/lib/postgresql';
const version = existsSync(root)
  ? readdirSync(root).find((one) => existsSync(join(root, one, 'bin/initdb')))
  : undefined;
const binaries = version === undefined ? '' : join(root, version, 'bin');
const missing = version === undefined && 'PostgreSQL is not installed';

/** Starts a server of databases; it never runs as root. */
async function startPostgres(t: TestContext): Promise<{ port: number; folder: string }> {
  const folder = makeFolder(t);
  const port = await freePort();
  chmodSync(folder, 0o755);
  const ids = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in ids) chownSync(folder, NOBODY, NOBODY);
  const options = { ...ids, cwd: folder, env: { PATH: binaries, LC_ALL: 'C' } };
  const initialize = ['-D', 'data', '-A', 'trust', '-U', 'app', '-E', 'UTF8', '--no-sync'];
  execFileSync(join(binaries, 'initdb'), initialize, { ...options, stdio: 'ignore' });
  const settings = ['-k', folder, '-p', String(port), '-F', '-c', 'listen_addresses=127.0.0.1'];
  const server = spawn(join(binaries, 'postgres'), ['-D', 'data', ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(async () => {
    server.kill('SIGINT');
    if (server.exitCode === null) await once(server, 'exit');
  });
  let said = '';
  for await (const chunk of server.stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes('ready to accept connections')) break;
  }
  server.stderr.resume();
  assert.match(said, /ready to accept connections/);
  return { port, folder };
}

const psql = (host: string, port: number): string[] => [
  ...['psql', '-XAt', '-U', 'app', '-h', host, '-p', String(port), '-c', 'select 6 * 7', 'postgres'],
];

testAsUsers('psql reaches a database by its port alone', missing, async (t, { exec }) => {
  const { port } = await startPostgres(t);
  const beside = await freePort();
  const good = await exec(['--net', `localhost:${port}`, '--', ...psql('localhost', port)]);
  assert.deepEqual([good.stdout, good.status], ['42\n', 0], good.stderr);
  const bad = await exec(['--net', `localhost:${beside}`, '--', ...psql('localhost', port)]);
  assert.notEqual(bad.status, 0);
  assertRefused(bad, `localhost:${port}`);
});

testAsUsers('psql reaches a database by its UNIX socket alone', missing, async (t, { exec }) => {
  const { port, folder } = await startPostgres(t);
  const socket = join(folder, `.s.PGSQL.${port}`);
  const good = await exec(['--socket', `${socket}:/run/db/.s.PGSQL.${port}`, '--', ...psql('/run/db', port)]);
  assert.deepEqual([good.stdout, good.status], ['42\n', 0], good.stderr);
  const bad = await exec(['--socket', `${socket}:/run/db/.s.PGSQL.1`, '--', ...psql(folder, port)]);
  assert.notEqual(bad.status, 0);
  assert.match(bad.stderr, /No such file or directory/);
});
