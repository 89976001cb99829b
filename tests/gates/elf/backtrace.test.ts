import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Backtraces } from '../../../src/gates/elf/backtrace.ts';
import { ExecutableError } from '../../../src/gates/elf/executable-error.ts';
import { readFaultRecord } from '../../../src/gates/elf/fault-record.ts';
import { LAST_STACK, LAST_WORDS, MOST_STACK, WINDOW_SIZE } from '../../../src/gates/elf/guest-layout.ts';
import { executable, noExecutables } from '../../frame/elf/executables.ts';

/** A generator of numbers below 2^32, by its seed (xorshift32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const MUTANTS = 2000;

describe('the stack of an executable', { skip: noExecutables ?? false }, () => {
  test('is a short list of lines for any file and any words of the process', () => {
    const next = numbers(0x1eaf);
    const good = readFileSync(executable('crashes', { CASE: 0 }));
    const bytes = Buffer.alloc(WINDOW_SIZE);
    let read = 0;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const file = Buffer.from(good);
      // Tables of symbols and frames lie behind the program headers, which are another test's subject.
      for (let count = next() % 40; count > 0; count--)
        file[512 + (next() % (file.length - 512))] = next() & (next() % 3 === 0 ? 0xff : 0x0f);
      const words = bytes.subarray(LAST_WORDS);
      for (let at = 0; at < 256; at += 4) words.writeUInt32LE(next() % 4 === 0 ? next() : next() % 65536, at);
      // A stack of addresses in the program, at which frames can go on.
      const base = 0x10000 * (next() % 64);
      words.writeBigUInt64LE(BigInt(base), 8);
      words.writeBigUInt64LE(BigInt(next() % 3 === 0 ? next() : MOST_STACK), 32);
      const stack = 0x7000_0000_0000n;
      words.writeBigUInt64LE(stack, 40 + 8 * 15);
      words.writeBigUInt64LE(stack + BigInt((next() % 512) * 8), 40 + 8 * 10);
      words.writeBigUInt64LE(BigInt(base + 0x2000 + (next() % 0x2000)), 40 + 8 * 16);
      for (let at = LAST_STACK; at < LAST_STACK + 4096; at += 8)
        words.writeBigUInt64LE(
          next() % 2 === 0 ? BigInt(base + 0x2000 + (next() % 0x3000)) : stack + BigInt((next() % 512) * 8),
          at,
        );
      try {
        const { stack: lines, registers } = new Backtraces(file).place(
          readFaultRecord({ bytes }),
          next() % 2 === 0,
        );
        assert.ok(lines.length <= 48 && registers.length === 18);
        assert.ok(
          [...lines, ...registers].every((line) => /^\P{Cc}{1,2000}$/u.test(line)),
          lines.join(),
        );
        if (lines.length > 2) read++;
      } catch (error) {
        if (!(error instanceof ExecutableError)) throw error;
      }
    }
    assert.ok(read > MUTANTS / 20, `only ${read} had a stack`);
  });
});
