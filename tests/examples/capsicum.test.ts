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
        /^Seccomp:\s+2$/m.test(statusOf(`/proc/${child.pid}/task/${task}`)),
      );
    while (!filtered() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(filtered());
    assert.equal(child.exitCode, null);
    writeSync(writer, 'other');
    closeSync(writer);
    assert.deepEqual(await ended, [1, null]);
  });
});

/** The status of a thread; of one that has ended since it was listed, that of a filtered one, which it cannot disprove. */
function statusOf(thread: string): string {
  try {
    return readFileSync(`${thread}/status`, 'utf8');
  } catch {
    return 'Seccomp:\t2\n';
  }
}

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

describe('dd', () => {
  const input = file('dd-input', '0123456789abcdefghij');
  const records = (taken: string, given: string, bytes: number): string =>
    `${taken} records in\n${given} records out\n${bytes} bytes copied\n`;

  test('copies blocks, and says how many', () => {
    const output = file('dd-output');
    const { status, stderr } = run('dd/dd.js', `if=${input}`, `of=${output}`, 'bs=8');
    assert.deepEqual([status, stderr], [0, records('2+1', '2+1', 20)]);
    assert.equal(readFileSync(output, 'utf8'), '0123456789abcdefghij');
  });

  test('skips blocks of the input, and goes to a place of the output', () => {
    const [cut, whole] = [file('dd-cut', 'ABCDEFGHIJ'), file('dd-whole', 'ABCDEFGHIJ')];
    const operands = [`if=${input}`, 'bs=2', 'skip=5', 'count=1', 'seek=1'];
    assert.equal(run('dd/dd.js', ...operands, `of=${cut}`).status, 0);
    assert.equal(run('dd/dd.js', ...operands, `of=${whole}`, 'conv=notrunc').status, 0);
    assert.deepEqual(
      [cut, whole].map((path) => readFileSync(path, 'utf8')),
      ['ABab', 'ABabEFGHIJ'],
    );
  });

  test('copies from its standard input to its standard output', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program('dd/dd.js'), 'bs=3', 'count=2'], {
      encoding: 'utf8',
      input: 'abcdefghi',
      timeout: 300_000,
    });
    assert.deepEqual([status, stdout, stderr], [0, 'abcdef', records('2+0', '2+0', 6)]);
  });

  test('still says what fails when nothing can be opened any more', () => {
    const { status, stderr } = run('dd/dd.js', `if=${input}`, 'of=/dev/full');
    assert.equal(status, 1);
    assert.match(stderr, /^dd: ENOSPC: .*\n0\+1 records in\n0\+0 records out\n0 bytes copied\n$/);
  });

  test('without its standard error, nothing tells what fails', () => {
    const forgetful = file(
      'forgetful.mjs',
      readFileSync(program('dd/dd.js'), 'utf8')
        .replace('[input, output, 2]', '[input, output]')
        .replace("'cloudabi/capsicum'", JSON.stringify(import.meta.resolve('cloudabi/capsicum'))),
    );
    const { status, stderr } = spawnSync(process.execPath, [forgetful, `if=${input}`, 'of=/dev/full'], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.deepEqual([status, stderr], [1, '']);
  });

  test('refuses operands that it does not know, and numbers that are none', () => {
    for (const operand of ['bs=0', 'bs=65M', 'bs=1e3', 'count=-1', 'conv=lcase', 'x'])
      assert.match(outcome(run('dd/dd.js', operand)).join(), /^1,,dd: [^\n]+\n$/);
    assert.match(run('dd/dd.js', 'seek=1').stderr, /^dd: Operand seek= needs a file/);
  });
});

function outcome({ status, stdout, stderr }: ReturnType<typeof run>): unknown[] {
  return [status, stdout, stderr];
}
