import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cloudabi = fileURLToPath(new URL('../../../dist/bin/cloudabi.js', import.meta.url));

/** Modules of Node that take one to four milliseconds to load, and that starting a plain Linux program has no use for. */
const SLOW =
  /^NativeModule (?:child_process|crypto|dns|http|https|inspector|readline|tls|worker_threads|zlib)$/;

test('starting a Linux program loads no slow module of Node', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-modules-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const hook = join(folder, 'hook.cjs');
  writeFileSync(hook, "process.on('exit', () => console.log(process.moduleLoadList.join('\\n')));");
  const list = (...args: string[]): readonly string[] => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', hook, ...args], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '', NODE_V8_COVERAGE: '' },
    });
    assert.equal(status, 0, stderr);
    return stdout.split('\n').filter((line) => SLOW.test(line));
  };
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const anyway = new Set(list(empty));
  for (const base of ['minimal', 'system'])
    assert.deepEqual(
      list(cloudabi, 'exec', '--base', base, '--', '/bin/true').filter((name) => !anyway.has(name)),
      [],
    );
});
