import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Errors of a refused attempt. Any other answer would mean that the kernel had looked at the arguments. */
const refusals = new Set([
  'EPERM',
  'EACCES',
  'ENOSYS',
  'EXDEV',
  'EBADF',
  'ERR_DLOPEN_FAILED',
  'ERR_WORKER_INIT_FAILED',
]);

describe('a process in capability mode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  const granted = join(folder, 'granted');
  const outside = join(folder, 'outside');
  const log = join(folder, 'log');
  const inside = fileURLToPath(new URL('inside/capability-mode.js', import.meta.url));
  let answers: Record<string, string> = {};

  before(() => {
    mkdirSync(granted);
    writeFileSync(join(granted, 'file'), 'granted');
    writeFileSync(outside, 'secret');
    writeFileSync(log, 'first line\n');
    symlinkSync(outside, join(granted, 'escape'));
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, [inside, granted, log, outside], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.equal(status, 0, `the child ended with ${status ?? signal}: ${stderr}`);
    answers = JSON.parse(stdout);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('still has what it was granted', () => {
    const allowed = Object.entries(answers).filter(([name]) => name.startsWith('allowed: '));
    assert.equal(allowed.length, 7);
    for (const [name, answer] of allowed) assert.match(answer, /^succeeded/, name);
  });

  test('is refused everything else, from JavaScript and by raw system calls', () => {
    const attempts = Object.entries(answers).filter(([name]) => !name.startsWith('allowed: '));
    assert.ok(attempts.length > 200, `only ${attempts.length} attempts were made`);
    const reached = attempts.filter(([, answer]) => !refusals.has(answer));
    assert.deepEqual(reached, []);
  });

  for (const attempt of ['spawn', 'worker', 'connect', 'listen', 'datagram', 'inspector', 'write later']) {
    test(`comes to nothing with what Node offers: ${attempt}`, async () => {
      let connections = 0;
      const server = createServer(() => connections++).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? String(address.port) : '';
      const child = spawn(process.execPath, [inside, granted, log, outside, attempt], {
        env: { ...process.env, PORT: port },
        stdio: 'ignore',
      });
      const [code] = await once(child, 'exit');
      server.close();
      assert.notEqual(code, 99, 'no such attempt');
      assert.equal(connections, 0);
      assert.equal(readFileSync(outside, 'utf8'), 'secret');
    });
  }

  test('has appended to its log and done nothing else to it', () => {
    assert.equal(readFileSync(log, 'utf8'), 'first line\nappended\n');
    assert.equal(readFileSync(outside, 'utf8'), 'secret');
  });
});
