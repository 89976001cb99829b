import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';

/** A server on this host's loopback; gives its port. */
async function serve(t: TestContext): Promise<number> {
  const server = createServer((_, response) => response.end('hello\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

type Ran = { readonly stdout: string; readonly stderr: string; readonly status: unknown };

/** Runs `cloudabi exec` while this process serves. */
async function exec(...words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [executable('cloudabi'), 'exec', '--base', 'system', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, status };
}

/** Opens a connection with nothing but the shell, and reads what a server of HTTP answers. */
const ask = (host: string, port: number): string =>
  `exec 3<>/dev/tcp/${host}/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && tail -n 1 <&3`;

test('--net lets a Linux program connect to what the rule names, and the end names what it does not', async (t) => {
  const [port, other] = [await serve(t), await serve(t)];
  const granted = await exec('--net', `localhost:${port}`, '--', 'bash', '-c', ask('localhost', port));
  assert.deepEqual(granted, { stdout: 'hello\n', stderr: '', status: 0 });
  const refused = await exec('--net', `localhost:${port}`, '--', 'bash', '-c', ask('127.0.0.1', other));
  assert.equal(refused.stdout, '');
  const reason = `the rule localhost:${port} grants only TCP port ${port}`;
  assert.match(
    refused.stderr,
    new RegExp(
      `^cloudabi exec: .*: connection to 127\\.0\\.0\\.1:${other} refused: ${reason}; --net localhost:${other}$`,
      'm',
    ),
  );
});

test('--trace --json prints a refused look-up as an object a line', async () => {
  const { stderr } = await exec(
    '--trace',
    '--json',
    '--net',
    'a.example.org:443',
    '--',
    'getent',
    'hosts',
    'b.example.org',
  );
  // The C library also opens files, which are refused when they are.
  const line = stderr.split('\n').find((one) => one.startsWith('{') && one.includes('look-up')) ?? '';
  const { kind, name, option, yaml } = JSON.parse(line);
  assert.deepEqual(
    { kind, name, option, yaml },
    {
      kind: 'look-up',
      name: 'b.example.org',
      option: '--net b.example.org:443',
      yaml: 'network: { hosts: [b.example.org:443] }',
    },
  );
});

test('--net for a module is refused by its own name, with the tag that a module takes', async () => {
  const { stderr, status } = await exec('--net', 'a.example.org:443', '--', 'examples/hello/hello.wasm');
  assert.equal(status, 65);
  assert.match(stderr, /Option '--net' is for Linux programs.*granted hosts with !network in its document/);
});

test('an exception is held, and named as what to leave out', async (t) => {
  const port = await serve(t);
  const { stdout, stderr } = await exec(
    ...['--net', `loopback:${port}`, '--net-except', '127.0.0.1'],
    ...['--', 'bash', '-c', ask('127.0.0.1', port)],
  );
  assert.equal(stdout, '');
  assert.match(stderr, /127\.0\.0\.1 is excepted; without --net-except 127\.0\.0\.1$/m);
});
