import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encode, loadGuest, runGuest } from '../frame/sdk/guest.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('the committed programs are what their sources compile to, byte for byte', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build-programs.js', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
});

test('hello writes its message to the descriptor it was given', () => {
  const argdata = encode.map({ message: encode.str('Good morning'), output: encode.fd(1) });
  assert.deepEqual(runGuest(loadGuest('examples/hello/hello.wasm'), argdata), {
    status: 0,
    output: 'Good morning\n',
  });
});

test('hello fails when it was given nothing to write to', () => {
  assert.deepEqual(runGuest(loadGuest('examples/hello/hello.wasm'), new Uint8Array()), {
    status: 1,
    output: '',
  });
});

test('ls lists a directory that it knows by its descriptor alone, sorted, with types and sizes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cloudabi-ls-'));
  try {
    writeFileSync(join(directory, 'b.txt'), 'twelve bytes');
    mkdirSync(join(directory, 'a'));
    symlinkSync('b.txt', join(directory, 'c'));
    const ls = loadGuest('examples/ls/ls.wasm');
    const grants = { directory: encode.fd(3), output: encode.fd(1) };
    assert.equal(runGuest(ls, encode.map(grants), { directory }).output, 'a\nb.txt\nc\n');
    const { output } = runGuest(ls, encode.map({ ...grants, long: encode.true }), { directory });
    assert.match(output, /^d +\d+ a\n- {11}12 b\.txt\nl +\d+ c -> b\.txt\n$/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('ls says what it lacks', () => {
  const { status, output } = runGuest(loadGuest('examples/ls/ls.wasm'), encode.map({ output: encode.fd(1) }));
  assert.equal(status, 1);
  assert.match(output, /'directory'/);
});
