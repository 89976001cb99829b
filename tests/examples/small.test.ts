import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command, executable } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

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

/** A picture in the format PPM, whose pixels are functions of their place. */
function picture(width: number, height: number, colour: (x: number, y: number) => number[]): Buffer {
  const pixels = Array.from({ length: width * height }, (_, at) =>
    colour(at % width, Math.floor(at / width)),
  );
  return Buffer.concat([
    Buffer.from(`P6\n# made by a test\n${width} ${height} 255\n`),
    Buffer.from(pixels.flat()),
  ]);
}

/** Runs the thumbnail worker as its own page says, on bytes. */
function thumbnail(input: Buffer) {
  const argv = [executable('cloudabi-run'), '--config', 'grants.yaml', 'thumbnail.wasm'];
  const { status, stdout } = spawnSync(process.execPath, argv, {
    cwd: resolve('examples/thumbnail'),
    input,
    timeout: 300_000,
  });
  return { status, output: stdout.toString('latin1') };
}

test('the thumbnail worker makes a small picture out of a large one, keeping its shape', () => {
  const halves = picture(256, 128, (x) => (x < 128 ? [200, 0, 100] : [0, 50, 255]));
  const { status, output } = thumbnail(halves);
  const head = 'P6\n64 32\n255\n';
  const row = '\xc8\x00d'.repeat(32) + '\x002\xff'.repeat(32);
  assert.deepEqual([status, output], [0, head + row.repeat(32)]);
});

test('the thumbnail worker averages what falls together, and leaves small pictures as they are', () => {
  const stripes = picture(128, 64, (x) => (x % 2 === 0 ? [255, 10, 0] : [0, 20, 1]));
  assert.equal(thumbnail(stripes).output, `P6\n64 32\n255\n${'\x80\x0f\x01'.repeat(64 * 32)}`);
  assert.equal(thumbnail(picture(1, 2, () => [65, 66, 67])).output, 'P6\n1 2\n255\nABCABC');
});

test('the thumbnail worker ends with exit code 1 for what is no picture, and gives no output', () => {
  const whole = picture(3, 3, () => [1, 2, 3]);
  const wrong = ['', 'P6', 'P5\n1 1\n255\nA', 'P6\n0 1\n255\n', 'P6\n1 1\n65535\nAAAAAA', 'P6\n# never ends'];
  const huge = 'P6\n999999 999999\n255\n';
  const overlong = 'P6\n00000001 1\n255\nABC';
  for (const text of [...wrong, huge, overlong]) {
    assert.deepEqual(thumbnail(Buffer.from(text)), { status: 1, output: '' }, JSON.stringify(text));
  }
  assert.deepEqual(thumbnail(whole.subarray(0, -1)), { status: 1, output: '' });
});
