import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ExecutableError } from '../../../src/gates/elf/executable-error.ts';
import { readGuestProgram } from '../../../src/gates/elf/guest-program.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';

const HEADER = 64;
const PART = 56;

/** Changes a copy of a real executable. */
type Change = (bytes: Buffer) => Buffer | undefined;

/** The place of the first program header of a type, from a number on. */
function headerOf(bytes: Buffer, type: number, skip = 0): number {
  let left = skip;
  for (let at = HEADER; ; at += PART) if (bytes.readUInt32LE(at) === type && left-- === 0) return at;
}

const LOAD = 1;
const DYNAMIC = 2;
const STACK = 0x6474e551;

const changes: readonly (readonly [words: string, message: RegExp, change: Change])[] = [
  ['is cut off in its header', /^it has 20 bytes/, (bytes) => bytes.subarray(0, 20)],
  ['is cut off in its parts', /^it has \d+ bytes/, (bytes) => bytes.subarray(0, 2000)],
  ['is for 32-bit processors', /^it is for/, (bytes) => void bytes.writeUInt8(1, 4)],
  ['is big-endian', /^it is for/, (bytes) => void bytes.writeUInt8(2, 5)],
  ['is for another system', /another operating system/, (bytes) => void bytes.writeUInt8(9, 7)],
  ['is for another processor', /for aarch64/, (bytes) => void bytes.writeUInt16LE(183, 18)],
  ['has fixed addresses', /fixed addresses/, (bytes) => void bytes.writeUInt16LE(2, 16)],
  ['is an object file', /type 1/, (bytes) => void bytes.writeUInt16LE(1, 16)],
  ['has headers of another size', /program headers of 57 bytes/, (bytes) => void bytes.writeUInt16LE(57, 54)],
  ['has too many headers', /program headers/, (bytes) => void bytes.writeUInt16LE(0xffff, 56)],
  ['has no headers', /no part/, (bytes) => void bytes.writeUInt16LE(0, 56)],
  ['has its headers outside', /^it has/, (bytes) => void bytes.writeBigUInt64LE(2n ** 63n, 32)],
  ['has its headers at the end', /^it has/, (bytes) => void bytes.writeBigUInt64LE(BigInt(bytes.length), 32)],
  ['asks for an interpreter', /interpreter/, (bytes) => void bytes.writeUInt32LE(3, headerOf(bytes, STACK))],
  [
    'asks for an executable stack',
    /stack/,
    (bytes) => void bytes.writeUInt32LE(7, headerOf(bytes, STACK) + 4),
  ],
  [
    'can be written and executed',
    /written and executed/,
    (bytes) => void bytes.writeUInt32LE(7, headerOf(bytes, LOAD, 1) + 4),
  ],
  [
    'has a part beyond its end',
    /a part that ends/,
    (bytes) => {
      const at = headerOf(bytes, LOAD, 1);
      bytes.writeBigUInt64LE(2n ** 39n, at + 32);
      bytes.writeBigUInt64LE(2n ** 39n, at + 40);
      bytes.writeBigUInt64LE(2n ** 40n, headerOf(bytes, LOAD, 2) + 16);
      return undefined;
    },
  ],
  [
    'has a negative address',
    /beyond the address/,
    (bytes) => void bytes.writeBigUInt64LE(2n ** 64n - 4096n, headerOf(bytes, LOAD) + 16),
  ],
  [
    'has a part larger in the file',
    /larger in the file/,
    (bytes) => void bytes.writeBigUInt64LE(1n, headerOf(bytes, LOAD) + 40),
  ],
  [
    'has a part out of step',
    /does not fit its address/,
    (bytes) => void bytes.writeBigUInt64LE(8n, headerOf(bytes, LOAD) + 16),
  ],
  [
    'has parts on one page',
    /overlap/,
    (bytes) => {
      const first = headerOf(bytes, LOAD);
      bytes.copy(bytes, headerOf(bytes, LOAD, 1), first, first + PART);
      return undefined;
    },
  ],
  ['begins outside', /begins outside/, (bytes) => void bytes.writeBigUInt64LE(2n ** 30n, 24)],
  [
    'begins in data',
    /begins outside/,
    (bytes) => void bytes.writeBigUInt64LE(bytes.readBigUInt64LE(headerOf(bytes, LOAD, 2) + 16), 24),
  ],
  ['needs a library', /needs libraries/, (bytes) => dynamicEntry(bytes, 1n)],
  ['has relocations in its code', /in its code/, (bytes) => dynamicEntry(bytes, 22n)],
  ['has relocations of an older kind', /dynamic linker/, (bytes) => dynamicEntry(bytes, 17n)],
  [
    'has another relocation',
    /relocation of type 6/,
    (bytes) => void bytes.writeUInt32LE(6, relocations(bytes) + 8),
  ],
];

/** Makes the first entry of the dynamic section another one. */
function dynamicEntry(bytes: Buffer, tag: bigint): undefined {
  bytes.writeBigUInt64LE(tag, Number(bytes.readBigUInt64LE(headerOf(bytes, DYNAMIC) + 8)));
}

/** The place of the relocations in the file. */
function relocations(bytes: Buffer): number {
  for (let at = Number(bytes.readBigUInt64LE(headerOf(bytes, DYNAMIC) + 8)); ; at += 16)
    if (bytes.readBigUInt64LE(at) === 7n) return Number(bytes.readBigUInt64LE(at + 8));
}

describe('an executable', { skip: noExecutables ?? false }, () => {
  const real = noExecutables === undefined ? readFileSync(executable('calls')) : Buffer.alloc(0);

  test('that is real is read', () => {
    const { parts, entry, end } = readGuestProgram(real);
    assert.equal(parts.length, 4);
    assert.ok(entry > 0 && end > entry);
  });

  for (const [words, message, change] of changes) {
    test(`that ${words} is refused in one line`, () => {
      const copy = Buffer.from(real);
      const changed = change(copy) ?? copy;
      assert.throws(
        () => readGuestProgram(changed),
        (error) => {
          assert.ok(error instanceof ExecutableError, String(error));
          assert.match(error.message, message);
          assert.ok(!error.message.includes('\n'));
          return true;
        },
      );
    });
  }

  test('with bytes that were changed at random is read or refused', () => {
    let state = 7;
    const chance = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % below;
    };
    for (let round = 0; round < 5000; round++) {
      const copy = Buffer.from(real.subarray(0, chance(20) === 0 ? chance(real.length) : real.length));
      for (let count = chance(8) + 1; count > 0 && copy.length > 0; count--)
        copy[chance(Math.min(copy.length, chance(4) === 0 ? copy.length : 600))] = chance(256);
      try {
        const { parts } = readGuestProgram(copy);
        for (const part of parts) assert.ok(part.offset + part.fileSize <= copy.length);
      } catch (error) {
        assert.ok(error instanceof ExecutableError, String(error));
      }
    }
  });
});
