import type { CallList } from '../host/processes/call-list.ts';
import { SECCOMP_SET_MODE_FILTER } from '../linux/seccomp.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';
import { withheld } from './answers.ts';
import { filterProgram } from './filter-program.ts';
import { type PromiseName, promisedUses } from './promises.ts';
import { refuse } from './rule.ts';
import type { StartToken } from './start-token.ts';

/*
 * The filter of a program that made promises. It is one of its own besides that of its world: of two filters the kernel
 * takes the answer that refuses (seccomp(2)), so that it cannot let through more.
 */

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
  const program = filterProgram(list, 'promises', filter);
  list.call('hold its promises', 'seccomp', [SECCOMP_SET_MODE_FILTER, 0, program], { needs: 'seccomp' });
}
