import type { Address } from '../host/libc.ts';
import { Code, type Instruction, Offset } from './bpf.ts';

/** A condition on one argument (0 to 5) of a system call; the filter sees values, never the memory behind pointers. */
export type ArgumentTest =
  | { readonly argument: number; readonly is: 'equal'; readonly value: number }
  | { readonly argument: number; readonly is: 'one of' | 'none of'; readonly values: readonly number[] }
  /** The low 32 bits, masked, equal `value`. */
  | { readonly argument: number; readonly is: 'masked'; readonly mask: number; readonly value: number }
  /** A 32-bit descriptor number that is not negative, so not AT_FDCWD. */
  | { readonly argument: number; readonly is: 'descriptor' }
  /** An address from `start`, below `end`, at a multiple of `stride` (a power of two, at most 4 GiB apart) from it. */
  | {
      readonly argument: number;
      readonly is: 'within';
      readonly start: Address;
      readonly end: Address;
      readonly stride: number;
    };

/** The distance of a jump to the end of the rule, where it does not apply; known once the rule is complete. */
const FAIL = -1;

/** The farthest that a conditional jump reaches, in instructions. */
export const FARTHEST = 255;

/** Conditional jumps reach 255 instructions at most, so that they only step over this one, which reaches any. */
const FAILS: Instruction = [Code.jump, 0, 0, FAIL];

function high(value: number): number {
  return Math.floor(value / 2 ** 32) >>> 0;
}

function low(value: number): number {
  return (value % 2 ** 32) >>> 0;
}

function load(argument: number, half: 'low' | 'high'): Instruction {
  return [Code.load, 0, 0, Offset.arguments + argument * 8 + (half === 'high' ? 4 : 0)];
}

/** Jumps behind the instruction that follows the last one, or to that one where it is a jump itself. */
function jumps(values: readonly number[]): Instruction[] {
  return values.map((value, index) => [Code.jumpIfEqual, values.length - index, 0, low(value)]);
}

function testInstructions(test: ArgumentTest): Instruction[] {
  const { argument } = test;
  switch (test.is) {
    case 'equal':
      return [
        load(argument, 'high'),
        [Code.jumpIfEqual, 1, 0, high(test.value)],
        FAILS,
        load(argument, 'low'),
        [Code.jumpIfEqual, 1, 0, low(test.value)],
        FAILS,
      ];
    case 'one of': {
      // Each match jumps over the others and over the failure.
      if (test.values.length < FARTHEST) return [load(argument, 'low'), ...jumps(test.values), FAILS];
      const passes = (index: number): Instruction => [Code.jump, 0, 0, 2 * (test.values.length - index) - 1];
      return [
        load(argument, 'low'),
        ...test.values.flatMap((value, index): Instruction[] => [
          [Code.jumpIfEqual, 0, 1, low(value)],
          passes(index),
        ]),
        FAILS,
      ];
    }
    case 'none of':
      if (test.values.length < FARTHEST)
        return [load(argument, 'low'), ...jumps(test.values), [Code.jump, 0, 0, 1], FAILS];
      return [
        load(argument, 'low'),
        ...test.values.flatMap((value): Instruction[] => [[Code.jumpIfEqual, 0, 1, low(value)], FAILS]),
      ];
    case 'masked':
      return [
        load(argument, 'low'),
        [Code.and, 0, 0, low(test.mask)],
        [Code.jumpIfEqual, 1, 0, low(test.value)],
        FAILS,
      ];
    case 'descriptor':
      return [load(argument, 'low'), [Code.jumpIfAnyBit, 0, 1, 0x80000000], FAILS];
    case 'within': {
      const last = test.end - 1;
      const powerOfTwo = Number.isInteger(Math.log2(test.stride));
      if (!powerOfTwo || high(test.start) !== high(last) || low(test.start) % test.stride !== 0) {
        throw new RangeError('A sealed region crosses a 4 GiB boundary or is not aligned to its stride');
      }
      return [
        load(argument, 'high'),
        [Code.jumpIfEqual, 1, 0, high(test.start)],
        FAILS,
        load(argument, 'low'),
        [Code.jumpIfAtLeast, 1, 0, low(test.start)],
        FAILS,
        [Code.jumpIfGreater, 0, 1, low(last)],
        FAILS,
        [Code.jumpIfAnyBit, 0, 1, test.stride - 1],
        FAILS,
      ];
    }
  }
}

/**
 * Compiles a rule: an answer if all tests hold, else the instructions behind it.
 *
 * @param answer A verdict, as `bpf.ts` has them.
 * @throws RangeError for a region of memory that no test can hold.
 */
export function ruleBody(tests: readonly ArgumentTest[], answer: number): Instruction[] {
  const body: Instruction[] = [...tests.flatMap(testInstructions), [Code.answer, 0, 0, answer]];
  return body.map((instruction, index) =>
    instruction === FAILS ? [Code.jump, 0, 0, body.length - 1 - index] : instruction,
  );
}
