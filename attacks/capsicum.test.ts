import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const inside = fileURLToPath(new URL('inside/capsicum.js', import.meta.url));

/** The native part of koffi, a file that is as good as any other. */
function findAddon(): string {
  const main = createRequire(import.meta.url).resolve(`@koromix/koffi-linux-${process.arch}`);
  const found = readdirSync(dirname(main), { recursive: true, encoding: 'utf8' }).find((name) =>
    /(?:^|linux\w*\/)koffi\.node$/.test(name),
  );
  assert.ok(found, `no addon beside ${main}`);
  return join(dirname(main), found);
}

/** Errors of a refused attempt. */
const refusals = new Set([
  'EACCES',
  'EPERM',
  'ENOSYS',
  'ERR_DLOPEN_FAILED',
  'ERR_NOT_PREPARED',
  'MODULE_NOT_FOUND',
  'ERR_MODULE_NOT_FOUND',
  'EXDEV',
]);

describe('a living application in capability mode', () => {
  const base = mkdtempSync(join(tmpdir(), 'capsicum-'));
  const servers: Server[] = [];
  const answers: { open: Record<string, string>; closed: Record<string, string> } = { open: {}, closed: {} };

  /** A folder with everything that the attempts are about. */
  function lay(name: string): string {
    const folder = join(base, name);
    for (const directory of ['kept/deep', 'kept/used', 'kept-not', 'outside/empty']) {
      mkdirSync(join(folder, directory), { recursive: true });
    }
    for (const file of ['kept/file', 'kept/stay', 'kept-not/file', 'outside/secret', 'outside/spare']) {
      writeFileSync(join(folder, file), file);
    }
    symlinkSync('../outside/secret', join(folder, 'kept/escape'));
    symlinkSync('../outside', join(folder, 'kept/escape-directory'));
    symlinkSync('/proc/self', join(folder, 'kept/proc'));
    writeFileSync(join(folder, 'nothing.cjs'), '');
    writeFileSync(join(folder, 'worker.cjs'), `require('node:worker_threads').parentPort.postMessage('ok')`);
    copyFileSync(findAddon(), join(folder, 'addon.node'));
    copyFileSync(findAddon(), join(folder, 'kept/late.node'));
    return folder;
  }

  async function listen(...where: [number, string] | [string]): Promise<number> {
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    servers.push(server);
    if (where.length === 2) server.listen(where[0], where[1]);
    else server.listen(where[0]);
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  before(async () => {
    const port = await listen(0, '127.0.0.1');
    await listen(join(base, 'socket'));
    await listen(`\0cloudabi-${port}`);
    for (const mode of ['open', 'closed'] as const) {
      const child = spawn(process.execPath, [inside, mode, lay(mode), String(port), join(base, 'socket')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [output, errors]: Buffer[][] = [[], []];
      child.stdout.on('data', (chunk) => output?.push(chunk));
      child.stderr.on('data', (chunk) => errors?.push(chunk));
      const guard = setTimeout(() => child.kill('SIGKILL'), 300_000);
      const [status] = await once(child, 'close');
      clearTimeout(guard);
      assert.equal(status, 0, `${mode}: ${Buffer.concat(errors ?? [])}`);
      answers[mode] = JSON.parse(Buffer.concat(output ?? []).toString());
    }
  });
  after(() => {
    for (const server of servers) server.close();
    rmSync(base, { recursive: true, force: true });
  });

  test('still does everything with what it has kept and holds', () => {
    const allowed = Object.entries(answers.closed).filter(([name]) => name.startsWith('allowed: '));
    assert.ok(allowed.length >= 14);
    assert.deepEqual(
      allowed.filter(([, answer]) => answer !== 'succeeded'),
      [],
    );
  });

  test('is refused all that would have worked before', () => {
    const attempts = Object.entries(answers.closed).filter(([name]) => !/^(?:allowed|call): /.test(name));
    assert.ok(attempts.length >= 89, `only ${attempts.length} attempts`);
    assert.deepEqual(
      attempts.filter(([, answer]) => !refusals.has(answer)),
      [],
    );
  });

  test('is refused every system call that could reach further', () => {
    const calls = Object.entries(answers.closed).filter(([name]) => name.startsWith('call: '));
    assert.ok(calls.length > 100);
    // With arguments of junk, a call that has passed the filter answers something else.
    const passed = calls.filter(([, answer]) => !refusals.has(answer) && answer !== 'EFAULT');
    assert.deepEqual(passed, []);
  });

  test('every attempt works outside of capability mode, so that its refusal means something', () => {
    assert.deepEqual(
      Object.entries(answers.open).filter(([, answer]) => answer !== 'succeeded'),
      [],
    );
  });

  test('code that V8 has compiled is among the attempts, where constants are one piece', {
    skip: process.arch !== 'x64' && 'only on x86-64 V8 writes constants as they are',
  }, () => {
    assert.equal(answers.closed['allowed: code compiled out of WebAssembly'], 'succeeded');
  });

  test('has left no trace outside of what it has kept', () => {
    assert.deepEqual(readdirSync(join(base, 'closed/outside')).sort(), ['empty', 'secret', 'spare']);
    assert.equal(readFileSync(join(base, 'closed/outside/secret'), 'utf8'), 'outside/secret');
    assert.equal(readFileSync(join(base, 'closed/outside/spare'), 'utf8'), 'outside/spare');
  });
});
