import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = mkdtempSync(join(tmpdir(), 'examples-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const program = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
const file = (name: string, content?: string | Buffer): string => {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  return path;
};
const run = (name: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [program(name), ...args], { encoding: 'utf8', timeout: 300_000 });

describe('cmp', () => {
  const a = file('a', 'one\ntwo\nthree\n');

  test('says nothing of files that are alike', () => {
    assert.deepEqual(outcome(run('cmp/cmp.js', a, file('alike', readFileSync(a)))), [0, '', '']);
  });

  test('names byte and line of the first difference, and the file that ends first', () => {
    const b = file('b', 'one\ntwo\nthrEe\n');
    const shorter = file('shorter', 'one\nt');
    assert.deepEqual(outcome(run('cmp/cmp.js', a, b)), [1, `${a} ${b} differ: byte 12, line 3\n`, '']);
    assert.deepEqual(outcome(run('cmp/cmp.js', shorter, a)), [
      1,
      `cmp: EOF on ${shorter} after byte 5\n`,
      '',
    ]);
  });

  test('finds the last byte of large files', () => {
    const large = Buffer.alloc(300_001, 'x');
    const one = file('large', large);
    large[300_000] = 0;
    const other = file('larger', large);
    assert.equal(run('cmp/cmp.js', one, other).stdout, `${one} ${other} differ: byte 300001, line 1\n`);
  });

  test('says which file cannot be opened', () => {
    const { status, stderr } = run('cmp/cmp.js', a, join(folder, 'missing'));
    assert.equal(status, 2);
    assert.match(stderr, /^cmp: ENOENT: .*missing'\n$/);
  });

  test('is in capability mode when it reads the first byte', async () => {
    const pipe = file('pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const child = spawn(process.execPath, [program('cmp/cmp.js'), a, pipe], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    const writer = openSync(pipe, 'w');
    const deadline = Date.now() + 300_000;
    const filtered = (): boolean =>
      readdirSync(`/proc/${child.pid}/task`).every((task) =>
        /^Seccomp:\s+2$/m.test(readFileSync(`/proc/${child.pid}/task/${task}/status`, 'utf8')),
      );
    while (!filtered() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(filtered());
    assert.equal(child.exitCode, null);
    writeSync(writer, 'other');
    closeSync(writer);
    assert.deepEqual(await ended, [1, null]);
  });
});

describe('bspatch', () => {
  /** Files like those of programs: some of it moved, some changed, some new. */
  const old = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * index) >> 3));
  const made = Buffer.concat([
    old.subarray(5000, 9000),
    Buffer.from('something new'),
    old.subarray(0, 6000),
    old.subarray(100, 300),
  ]);
  made[1234] = 77;

  test('makes the new file out of the old one and the patch', () => {
    const [from, to, patch, result] = [file('old', old), file('new', made), file('patch'), file('result')];
    assert.deepEqual(outcome(run('bspatch/bsdiff.js', from, to, patch)), [0, '', '']);
    assert.deepEqual(outcome(run('bspatch/bspatch.js', from, patch, result)), [0, '', '']);
    assert.ok(readFileSync(result).equals(made));
    assert.ok(readFileSync(patch).length < made.length / 2);
  });

  test('works for empty files on either side', () => {
    for (const [name, from, to] of [
      ['e1', '', 'new'],
      ['e2', 'old', ''],
      ['e3', '', ''],
    ] as const) {
      const [before, after_, patch, result] = [
        file(`${name}-old`, from),
        file(`${name}-new`, to),
        file(`${name}-patch`),
        file(`${name}-result`),
      ];
      assert.equal(run('bspatch/bsdiff.js', before, after_, patch).status, 0);
      assert.equal(run('bspatch/bspatch.js', before, patch, result).status, 0);
      assert.equal(readFileSync(result, 'utf8'), to);
    }
  });

  const header = (size: bigint): Buffer => {
    const bytes = Buffer.alloc(24);
    bytes.write('CLOUDABI/PATCH1\n');
    bytes.writeBigInt64LE(size, 16);
    return bytes;
  };
  const numbers = (...values: bigint[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 8);
    for (const [index, value] of values.entries()) bytes.writeBigInt64LE(value, index * 8);
    return bytes;
  };
  const hostile: Readonly<Record<string, Buffer>> = {
    'no patch': Buffer.from('hello'),
    'a negative size': header(-1n),
    'a size beyond all bounds': header(1n << 60n),
    'not compressed': Buffer.concat([header(10n), Buffer.from('abc')]),
    'more than the file takes': Buffer.concat([header(10n), gzipSync(numbers(100n, 0n, 0n))]),
    'a negative length': Buffer.concat([header(10n), gzipSync(numbers(-5n, 0n, 0n))]),
    'out of the old file': Buffer.concat([
      header(10n),
      gzipSync(Buffer.concat([numbers(1n, 0n, -3n), Buffer.alloc(1)])),
    ]),
    'steps that make nothing': Buffer.concat([header(10n), gzipSync(numbers(0n, 0n, 0n, 0n, 0n, 0n))]),
    'an early end': Buffer.concat([header(10n), gzipSync(numbers(5n, 0n, 0n))]),
    'a decompression bomb': Buffer.concat([header(10n), gzipSync(Buffer.alloc(1 << 20))]),
  };

  for (const [name, bytes] of Object.entries(hostile)) {
    test(`refuses a bad patch with one line: ${name}`, () => {
      const patch = file(`hostile-${name}`, bytes);
      const { status, stderr } = run('bspatch/bspatch.js', file('old', old), patch, file(`made-${name}`));
      assert.equal(status, 1);
      assert.match(stderr, /^bspatch: [^\n]+\n$/);
    });
  }

  test('does not overwrite', () => {
    const { status, stderr } = run('bspatch/bspatch.js', file('old', old), file('old'), file('old'));
    assert.equal(status, 1);
    assert.match(stderr, /^bspatch: EEXIST/);
  });
});

function outcome({ status, stdout, stderr }: ReturnType<typeof run>): unknown[] {
  return [status, stdout, stderr];
}
