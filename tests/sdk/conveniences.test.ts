import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { command, executable } from '../frame/cli/commands.ts';
import { freePort } from '../frame/free-port.ts';
import { makeFolder } from '../frame/programs.ts';

const program = resolve('tests/programs/sdk/conveniences.wasm');

/** A folder with a directory to grant, and the grants that say so. */
function prepare(t: TestContext): { cwd: string; input: string } {
  const cwd = makeFolder(t);
  mkdirSync(join(cwd, 'granted'));
  writeFileSync(join(cwd, 'granted/one'), '');
  return { cwd, input: 'directory: !file {path: granted}\noutput: !fd stdout\n' };
}

test('arguments are found by key, and a directory is read from its beginning as often as one likes', (t) => {
  const outcome = command('cloudabi-run', [program], prepare(t));
  assert.deepEqual(outcome, { status: 0, stdout: 'one\none\n', stderr: '' });
});

/** Connects when the server has got so far, sends a word and gives the answer. */
async function ask(port: number, word: string): Promise<string> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.write(word);
      const [answer] = await once(socket, 'data');
      return String(answer);
    } catch {
      await setTimeout(50);
    } finally {
      socket.destroy();
    }
  }
  return 'nobody listens';
}

test('the accept loop serves one connection after the other', async (t) => {
  const { cwd, input } = prepare(t);
  const port = await freePort();
  const server = spawn(process.execPath, [executable('cloudabi-run'), program], { cwd });
  t.after(() => server.kill('SIGKILL'));
  const ended = once(server, 'exit');
  server.stdin.end(`${input}listen: !socket {bind: '127.0.0.1:${port}'}\n`);
  assert.equal(await ask(port, 'first'), 'first');
  assert.equal(await ask(port, 'second'), 'second');
  assert.deepEqual(await ended, [0, null]);
});
