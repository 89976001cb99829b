import { AT_EMPTY_PATH } from '../linux/open-flags.ts';

/**
 * Numbers by which the program itself is started, where it may start no other. The kernel ignores what stands in
 * registers that execve(2) has no use for, and in the upper halves of those that hold ints; a filter does not. Nothing
 * of them is left in the program.
 */
export type StartToken = {
  /** Arguments behind the third of execve(2), each of 52 random bits. */
  readonly words: readonly [number, number, number];
  /** The flags of execveat(2), with 20 random bits in the upper half. */
  readonly flags: number;
};

/** Draws numbers for one start. */
export function makeStartToken(): StartToken {
  // Loading it takes a start without promises some milliseconds.
  const bytes = process.getBuiltinModule('node:crypto').randomBytes(32);
  const word = (at: number): number => bytes.readUIntLE(at, 6) * 16 + (bytes.readUInt8(at + 6) & 15);
  const upper = 1 + (bytes.readUIntLE(21, 3) & 0xfffff);
  return { words: [word(0), word(7), word(14)], flags: upper * 2 ** 32 + AT_EMPTY_PATH };
}
