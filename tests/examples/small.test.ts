import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../cli/commands.ts';
import { makeFolder } from '../run/programs.ts';

const writer = resolve('examples/fixed-message/writer.wasm');

test('the fixed-message writer writes to standard output three times', () => {
  const cwd = resolve('examples/fixed-message');
  const input = readFileSync(join(cwd, 'grants.yaml'), 'utf8');
  const stdout = 'Hello, world\n'.repeat(3);
  assert.deepEqual(command('cloudabi-run', ['writer.wasm'], { cwd, input }), {
    status: 0,
    stdout,
    stderr: '',
  });
});

test('the fixed-message writer does not notice that one of its outputs is a file', (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'log'), '');
  const input = 'message: Hi\noutputs: [!fd stdout, !file {path: log, rights: append}, !fd stdout]\n';
  const { status, stdout } = command('cloudabi-run', [writer], { cwd, input });
  assert.deepEqual({ status, stdout }, { status: 0, stdout: 'Hi\nHi\n' });
  assert.equal(readFileSync(join(cwd, 'log'), 'utf8'), 'Hi\n');
});

test('the checksum worker gives the CRC-32 of its one input to its one output', () => {
  const cwd = resolve('examples/checksum');
  const run = (input: string) =>
    command('cloudabi-run', ['--config', 'grants.yaml', 'checksum.wasm'], { cwd, input });
  // The check value of CRC-32 in the catalogue of parametrised CRC algorithms.
  assert.deepEqual(run('123456789'), { status: 0, stdout: 'cbf43926 9\n', stderr: '' });
  assert.equal(run('').stdout, '00000000 0\n');
});
