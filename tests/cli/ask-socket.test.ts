import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { serve } from '../frame/broker/hosts.ts';
import { executable } from '../frame/cli/commands.ts';
import { reachSocket } from '../frame/cli/reach-socket.ts';
import { makeFolder } from '../frame/programs.ts';

/** JavaScript that connects twice, one after the other, and prints what each led to. */
const connects = (port: number): string => `
  const one = () => new Promise((resolve) => require('net').connect(${port}, '127.0.0.1')
    .on('data', (data) => resolve(String(data))).on('error', (error) => resolve(error.code)));
  (async () => { for (const name of 'ab') console.log(name + '=' + await one()); })()`;

const run = (...words: readonly string[]): ReturnType<typeof spawn> =>
  spawn(process.execPath, [executable('cloudabi'), 'exec', '--base', 'system', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** A program that connects to a port for which no rule is, and whose questions go to a socket. */
const connecting = (path: string, port: number): ReturnType<typeof spawn> =>
  run('--net', `192.0.2.1:${port}`, '--ask-socket', path, '--', process.execPath, '-e', connects(port));

async function granted(t: TestContext): Promise<number> {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  return port;
}

test('--ask-socket lets another process of the user answer, over a socket that is its own', async (t) => {
  const port = await granted(t);
  const path = join(makeFolder(t), 'ask');
  const child = connecting(path, port);
  const client = await reachSocket(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const lines = createInterface({ input: client });
  const answers = ['run'];
  const seen: unknown[] = [];
  lines.on('line', (line) => {
    const value = JSON.parse(line);
    seen.push(value.type);
    if (value.type !== 'question') return;
    assert.equal(value.rule, `localhost:${port}`);
    assert.equal(value.process.executable, process.execPath);
    client.write(
      `${JSON.stringify({ id: 99, answer: 'run' })}\n${JSON.stringify({ id: value.id, answer: 'maybe' })}\n`,
    );
    client.write(`${JSON.stringify({ id: value.id, answer: answers.shift() ?? 'no' })}\n`);
  });
  assert.ok(child.stdout);
  const printed = await text(child.stdout);
  assert.equal(printed, 'a=served\nb=served\n');
  assert.deepEqual(seen.slice(0, 1), ['question']);
  assert.ok(seen.includes('closed') && seen.includes('error'));
  client.destroy();
});

test('--ask-socket is refused where the program would see it, where it is taken, and where others could replace it', async (t) => {
  const folder = makeFolder(t);
  const refusal = (...words: readonly string[]): string =>
    spawnSync(process.execPath, [executable('cloudabi'), 'exec', '--base', 'system', ...words], {
      encoding: 'utf8',
    }).stderr;
  assert.match(
    refusal('--read', folder, '--ask-socket', join(folder, 'a'), '--', 'true'),
    /would see the socket/,
  );
  const taken = join(folder, 'taken');
  const server = createServer().listen(taken);
  await once(server, 'listening');
  t.after(() => server.close());
  assert.match(refusal('--ask-socket', taken, '--', 'true'), /taken/);
  const open = join(folder, 'open');
  mkdirSync(open);
  spawnSync('chmod', ['0777', open]);
  assert.match(refusal('--ask-socket', join(open, 'a'), '--', 'true'), /other users can write/);
});

test('a sandboxed program is no peer of the socket, even if it was granted its folder', async (t) => {
  const port = await granted(t);
  const folder = makeFolder(t);
  const path = join(folder, 'ask');
  const child = connecting(path, port);
  const outside = await reachSocket(path);
  const [question] = await once(outside, 'data');
  const { id } = JSON.parse(String(question));
  const answer = JSON.stringify(`${JSON.stringify({ id, answer: 'run' })}\n`);
  const source = `const c = require('net').connect(${JSON.stringify(path)}, () => { c.write(${answer}); });
    c.on('data', (data) => console.log('data')).on('close', () => console.log('closed')).on('error', (e) => console.log(e.code))`;
  for (const walls of ['all', 'landlock']) {
    const inside = spawnSync(
      process.execPath,
      [
        executable('cloudabi'),
        'exec',
        '--base',
        'system',
        '--walls',
        walls,
        '--write',
        folder,
        '--',
        process.execPath,
        '-e',
        source,
      ],
      { encoding: 'utf8' },
    );
    assert.doesNotMatch(inside.stdout, /data/, walls);
    assert.match(inside.stdout, /closed/, inside.stderr);
  }
  outside.write(`${JSON.stringify({ id, answer: 'no' })}\n`);
  assert.ok(child.stdout);
  assert.match(await text(child.stdout), /a=ECONNRESET/);
});
