import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { command } from '../frame/cli/commands.ts';
import fc from '../frame/properties.ts';
import { argdataImport, encode, loadGuest, memoryOf } from '../frame/sdk/guest.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudabi-gunzip-'));
after(() => rmSync(folder, { recursive: true }));
const module = loadGuest('examples/gunzip/gunzip.wasm');

class Exit {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/**
 * Runs the example in this process, with what it needs of a host and no more: hundreds of times in a second.
 * Gives its status and what it wrote.
 */
function gunzip(input: Uint8Array, limit?: Uint8Array): { status: number; output: Buffer } {
  const output: Uint8Array[] = [];
  let position = 0;
  const memory = (): ArrayBuffer => {
    const { memory } = instance.exports;
    assert.ok(memory instanceof WebAssembly.Memory);
    return memory.buffer;
  };
  /** The only buffer of a vector of one. */
  const buffer = (vector: number, count: number): Uint8Array => {
    assert.equal(count, 1);
    const view = new DataView(memory());
    return new Uint8Array(memory(), view.getUint32(vector, true), view.getUint32(vector + 4, true));
  };
  const result = (address: number, value: number): number => {
    new DataView(memory()).setUint32(address, value, true);
    return 0;
  };
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: {
      fd_read: (fd: number, vector: number, count: number, read: number) => {
        assert.equal(fd, 0);
        const target = buffer(vector, count);
        const part = input.subarray(position, position + target.length);
        target.set(part);
        position += part.length;
        return result(read, part.length);
      },
      fd_write: (fd: number, vector: number, count: number, written: number) => {
        assert.equal(fd, 1);
        const part = Uint8Array.from(buffer(vector, count));
        output.push(part);
        return result(written, part.length);
      },
      proc_exit: (status: number) => {
        throw new Exit(status);
      },
    },
    cloudabi_program: argdataImport(
      encode.map({
        input: encode.fd(0),
        output: encode.fd(1),
        ...(limit === undefined ? {} : { limit }),
      }),
      () => memoryOf(instance),
    ),
  });
  const { _start: start } = instance.exports;
  assert.ok(typeof start === 'function');
  try {
    start();
  } catch (error) {
    if (error instanceof Exit) return { status: error.status, output: Buffer.concat(output) };
    throw error;
  }
  return { status: 0, output: Buffer.concat(output) };
}

/** The integers 0 to 127 as argdata. */
const small = (value: number): Uint8Array => Uint8Array.of(5, value);

const text = readFileSync('package-lock.json');

test('the worker gives back what gzip was given, as its grants say', () => {
  const cwd = resolve('examples/gunzip');
  const program = join(cwd, 'gunzip.wasm');
  const path = join(folder, 'text.gz');
  writeFileSync(path, gzipSync(text));
  const config = join(folder, 'grants.yaml');
  writeFileSync(config, `input: !file {path: ${path}, rights: read}\noutput: !fd stdout\n`);
  const { status, stdout, stderr } = command('cloudabi-run', ['--config', config, program], { cwd });
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(stdout, text.toString());
});

test('every kind of block and header is understood, and several members are one file', () => {
  for (const options of [
    { level: 0 },
    { level: 1 },
    { level: 9 },
    { strategy: constants.Z_FIXED },
    { strategy: constants.Z_HUFFMAN_ONLY },
    { strategy: constants.Z_RLE },
    { windowBits: 9 },
  ])
    for (const bytes of [text, Buffer.alloc(0), Buffer.alloc(200_000), Buffer.from('x')]) {
      const { status, output } = gunzip(gzipSync(bytes, options));
      assert.equal(status, 0, JSON.stringify(options));
      assert.ok(output.equals(bytes), JSON.stringify(options));
    }
  const whole = gzipSync(text);
  // Flags for an extra field, a name and a comment, before the compressed bytes.
  const header = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3]),
    Buffer.from('name\0comment\0'),
  ]);
  const { status, output } = gunzip(Buffer.concat([header, whole.subarray(10), whole, gzipSync('end')]));
  assert.equal(status, 0);
  assert.ok(output.equals(Buffer.concat([text, text, Buffer.from('end')])));
});

/** A gzip file with the given compressed bytes, whose sums are of nothing. */
function hostile(...deflated: number[]): Buffer {
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    Buffer.from(deflated),
    Buffer.alloc(8),
  ]);
}

test('a file that is no gzip file, is damaged or ends early is refused', () => {
  const good = gzipSync('Hello, world');
  const changed = (offset: number, value: number): Buffer => {
    const bytes = Buffer.from(good);
    bytes[offset < 0 ? bytes.length + offset : offset] = value;
    return bytes;
  };
  const refused: Record<string, Buffer> = {
    'nothing at all': Buffer.alloc(0),
    'another format': Buffer.from('PK\x03\x04 and more of it'),
    'another method': changed(2, 7),
    'flags that mean nothing': changed(3, 0x20),
    'a wrong sum': changed(-8, 0),
    'a wrong size': changed(-4, 99),
    'more behind the end': Buffer.concat([good, Buffer.from('x')]),
    'a block of no type': hostile(0b111),
    'a stored block whose length is not confirmed': hostile(1, 5, 0, 5, 0),
    'a copy from before the beginning': hostile(0b0000_0011, 0b0000_0010, 0, 0),
    'too many codes': hostile(0b1111_1101, 0xff, 0xff, 0xff),
    'a code with too many words': hostile(0b0000_0101, 0xe0, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x09),
  };
  for (const [what, bytes] of Object.entries(refused)) {
    assert.throws(() => gunzipSync(what === 'more behind the end' ? changed(-8, 0) : bytes), what);
    assert.equal(gunzip(bytes).status, 2, what);
  }
  for (let length = 0; length < good.length; length++)
    assert.equal(gunzip(good.subarray(0, length)).status, 2, `the first ${length} bytes`);
});

test('a small file that would become a large one ends at the limit', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  assert.ok(bomb.length < 60_000);
  const { status, output } = gunzip(bomb, small(100));
  assert.deepEqual({ status, length: output.length }, { status: 4, length: 100 });
  assert.equal(gunzip(gzipSync(Buffer.alloc(100)), small(100)).status, 0);
});

test('of any input, damaged or not, it says what zlib says', () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
  const source = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom('to be ', 'or ', 'not ', 'a'), { maxLength: 200 })
      .map((words) => Buffer.from(words.join(''))),
  );
  const level = fc.constantFrom(0, 1, 6, 9);
  let accepted = 0;
  fc.assert(
    fc.property(source, level, fc.array(change, { maxLength: 2 }), (bytes, level, changes) => {
      const file = gzipSync(bytes, { level });
      // Before the sums, so that damage to the compressed bytes is not always the first mistake found.
      for (const { at, to } of changes) file[at % file.length] = to;
      let expected: Buffer | undefined;
      try {
        expected = gunzipSync(file);
      } catch {}
      const { status, output } = gunzip(file);
      assert.equal(status, expected === undefined ? 2 : 0);
      if (expected !== undefined) assert.ok(output.equals(expected));
      accepted += status === 0 ? 1 : 0;
    }),
    { numRuns: 400 },
  );
  assert.ok(accepted > 20, `${accepted} of the files were good`);
});

test('random compressed bytes never do harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
      const { status, output } = gunzip(hostile(...bytes), small(127));
      assert.ok([0, 2, 4].includes(status) && output.length <= 127);
    }),
    { numRuns: 300 },
  );
  // Good compressed bytes behind a header, without their sums.
  assert.equal(gunzip(hostile(...deflateRawSync('x'))).status, 2);
});
