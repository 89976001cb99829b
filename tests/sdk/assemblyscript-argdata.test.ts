import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, Fd } from '../../src/argdata/index.ts';
import { tree } from '../frame/argdata/arbitrary.ts';
import fc from '../frame/properties.ts';
import { compileGuest } from '../frame/sdk/assemblyscript.ts';

const describe = new WebAssembly.Module(await compileGuest('describe'));

/** Returns the guest's description of argdata: a stand-in for the gate is quicker than a process for each. */
function described(argdata: Uint8Array): Buffer {
  const written: Buffer[] = [];
  const memory = (): DataView => {
    const { memory } = instance.exports;
    assert.ok(memory instanceof WebAssembly.Memory);
    return new DataView(memory.buffer);
  };
  const instance = new WebAssembly.Instance(describe, {
    cloudabi: {
      fd_write(fd: number, vectors: number, count: number, written_at: number): number {
        assert.deepEqual([fd, count], [1, 1]);
        const view = memory();
        const length = view.getUint32(vectors + 4, true);
        written.push(
          Buffer.copyBytesFrom(new Uint8Array(view.buffer, view.getUint32(vectors, true), length)),
        );
        view.setUint32(written_at, length, true);
        return 0;
      },
      fd_close: () => 0,
      random_get: () => 0,
    },
    cloudabi_program: {
      argdata_length: () => argdata.length,
      argdata_read(address: number, length: number): number {
        assert.equal(length, argdata.length);
        new Uint8Array(memory().buffer).set(argdata, address);
        return 0;
      },
      program_abort(address: number, length: number): never {
        throw new Error(Buffer.from(memory().buffer, address, length).toString());
      },
    },
  });
  const { _start: start } = instance.exports;
  assert.ok(typeof start === 'function');
  start();
  return Buffer.concat(written);
}

const built = (bytes: Uint8Array): string => Buffer.concat([Buffer.from('built '), bytes]).toString('latin1');

test('every value is read, and built again to the same bytes', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const bytes = encode(value);
      assert.equal(described(bytes).toString('latin1'), built(bytes));
    }),
    { numRuns: 300 },
  );
});

test('integers at the edges of their types are built in as few bytes as possible', () => {
  for (let bits = 0n; bits <= 64n; bits++) {
    for (const near of [-1n, 0n, 1n]) {
      for (const value of [2n ** bits + near, -(2n ** bits) + near]) {
        const bytes = encode(value);
        assert.equal(described(bytes).toString('latin1'), built(bytes), `${value}`);
      }
    }
  }
});

test('a descriptor that was not handed over stays one', () => {
  const bytes = encode([new Fd(0xffffffff), new Fd(3)]);
  assert.equal(described(bytes).toString('latin1'), built(bytes));
});

test('a malformed value is an error, for every kind of mistake', () => {
  const malformed =
    '00,0a,ff,0200,0202,020101,03,03000000,030000000000,0400,0500,05007f,05ff80,0680,0681,06008080,068205,' +
    '0701,07008105,077f7f7f7f7f7f7f7fff,070f7f7f7fff,0781058205,08,0861,0900,08c08000,08eda08000,08c300';
  for (const hex of malformed.split(',')) {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    assert.equal(described(bytes).toString(), 'malformed', hex);
  }
});

test('no bytes make the reader give up, and what our own decoder takes, it takes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .array(fc.constantFrom(0, 1, 5, 6, 7, 8, 0x7f, 0x80, 0x81, 0x82, 0x85, 0xff), { maxLength: 40 })
      .map((bytes) => Uint8Array.from(bytes)),
  );
  fc.assert(
    fc.property(piece, (bytes) => {
      const answer = described(bytes).toString('latin1');
      try {
        decode(bytes);
      } catch {
        return;
      }
      assert.notEqual(answer, 'malformed');
    }),
    { numRuns: 1000 },
  );
});
