// A server that is made with uv.h: the loop's other functions are tried in tests/sdk/c/uv.c.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { cc } from '../../src/toolchain/cc.ts';
import { executable } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

test('a loop accepts a connection of a granted socket and answers on it', async (t) => {
  const folder = makeFolder(t);
  const program = join(folder, 'echo.wasm');
  let messages = '';
  const flags = ['-Wall', '-Wextra', '-Werror'];
  const argv = [...flags, 'tests/frame/sdk/uv_echo.c', '-o', program];
  assert.equal(await cc(argv, { stderr: (text) => (messages += text) }), 0, messages);
  const child = spawn(process.execPath, [executable('cloudabi-run'), program]);
  t.after(() => child.kill('SIGKILL'));
  const path = join(folder, 'socket');
  child.stdin.end(`output: !fd stdout\nlistener: !socket {bind: ${path}}\n`);
  const ended = once(child, 'exit');
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said), 'listening\n');
  const client = connect(path);
  client.write('echo');
  const [answer] = await once(client, 'data');
  assert.equal(String(answer), 'echo');
  client.end();
  assert.deepEqual(await ended, [0, null]);
});
