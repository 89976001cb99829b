import type { CallList } from '../host/processes/call-list.ts';
import { AT_EMPTY_PATH } from '../linux/open-flags.ts';
import { SECCOMP_SET_MODE_FILTER } from '../linux/seccomp.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';
import { withheld } from './answers.ts';
import { type PromiseName, promisedUses } from './promises.ts';
import { refuse } from './rule.ts';

/*
 * The filter of a program that made promises. It is one of its own besides that of its world: of two filters the kernel
 * takes the answer that refuses (seccomp(2)), so that it cannot let through more.
 */

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

const equal = (argument: number, value: number): ArgumentTest => ({ argument, is: 'equal', value });

/**
 * Makes the rules of the filter. Refused calls end with EPERM, those of newer kernels with ENOSYS as ever.
 *
 * @param token Starts the program; without `exec` nothing else starts one.
 */
export function promiseRules(made: readonly PromiseName[], token: StartToken): readonly FilterRule[] {
  const { words, flags } = token;
  return [
    { call: 'execve', when: words.map((word, index) => equal(index + 3, word)), answer: 'allow' },
    { call: 'execveat', when: [equal(4, flags), equal(5, words[0])], answer: 'allow' },
    ...promisedUses(made).map(({ call, when }): FilterRule => ({ call, when, answer: 'allow' })),
    ...withheld.flatMap(({ answer, calls }) => calls.map((call) => refuse(call, answer))),
  ];
}

/** Adds the step that puts up the filter, the last before the program starts. */
export function addPromises(list: CallList, made: readonly PromiseName[], token: StartToken): void {
  const filter = compileFilter(promiseRules(made, token));
  const length = Buffer.alloc(8);
  length.writeUInt16LE(filter.length / 8, 0);
  const program = list.data('sock_fprog', [length, list.data('promises', [filter])]);
  list.call('hold its promises', 'seccomp', [SECCOMP_SET_MODE_FILTER, 0, program], { needs: 'seccomp' });
}
