import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WASI } from 'node:wasi';
import { type Argdata, decode, Fd, Float, serialize, Timestamp } from '../../src/argdata/index.ts';
import { loadGuest } from '../frame/sdk/guest.ts';

/** One serialization that the guest wrote. */
interface Built {
  readonly bytes: Buffer;
  /** Number of descriptor values that it counted in the tree. */
  readonly counted: number;
  readonly descriptors: readonly number[];
}

/** Runs the guest and takes apart what it wrote to descriptor 1. */
function build(): Built[] {
  const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-build-'));
  const path = join(scratch, 'output');
  const output = openSync(path, 'w');
  try {
    const wasi = new WASI({ version: 'preview1', stdout: output, returnOnExit: true });
    const instance = new WebAssembly.Instance(loadGuest('tests/programs/sdk/build.wasm'), {
      wasi_snapshot_preview1: wasi.wasiImport as WebAssembly.ModuleImports,
      cloudabi_program: { argdata_length: () => 0, argdata_read: () => 28 },
    });
    assert.equal(wasi.start(instance), 0);
    const written = readFileSync(path);
    const all: Built[] = [];
    for (let at = 0; at < written.length; ) {
      const [length, counted, distinct] = [0, 4, 8].map((offset) => written.readUInt32LE(at + offset));
      assert.ok(length !== undefined && counted !== undefined && distinct !== undefined);
      const bytes = written.subarray(at + 12, at + 12 + length);
      at += 12 + length;
      const descriptors = Array.from({ length: distinct }, (_, i) => written.readUInt32LE(at + 4 * i));
      at += 4 * distinct;
      all.push({ bytes, counted, descriptors });
    }
    return all;
  } finally {
    closeSync(output);
    rmSync(scratch, { recursive: true });
  }
}

const [everything, deep] = build();
assert.ok(everything !== undefined && deep !== undefined);

/** The value that build.c builds. */
const expected: Argdata = [
  -128,
  127,
  -32768,
  0,
  128,
  -129,
  -2147483648,
  -(2n ** 63n),
  2n ** 63n - 1n,
  255,
  65535,
  4294967295,
  4294967295,
  2n ** 64n - 1n,
  Uint8Array.of(97, 0, 98),
  new Uint8Array(),
  false,
  true,
  new Float(1.5),
  'x\0y',
  'text',
  new Timestamp(-1n),
  new Timestamp((2n ** 63n - 1n) * 1_000_000_000n + 1n),
  new Fd(7),
  new Fd(1),
  new Fd(0xffffffff),
  new Uint8Array(20000),
  null,
  new Map<Argdata, Argdata>([
    ['fd', new Fd(7)],
    [2, []],
    [true, new Map()],
  ]),
];

test('a tree built in C is serialized to the bytes of our own encoder', () => {
  const { bytes } = serialize(expected);
  assert.equal(everything.bytes.toString('hex'), Buffer.from(bytes).toString('hex'));
});

test('descriptors are numbered anew, each once, and counted as often as they occur', () => {
  assert.deepEqual(everything.descriptors, [7, 1]);
  assert.equal(everything.counted, 3);
});

test('a part with broken framing stays unreadable and does not shift the descriptors after it', () => {
  assert.deepEqual(deep.descriptors, [9, 8]);
  assert.throws(() => decode(deep.bytes));
  assert.equal(deep.bytes.subarray(-5).toString('hex'), '0300000001');
});
