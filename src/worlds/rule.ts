import type { SystemCall } from '../linux/system-calls.ts';
import type { ArgumentTest } from '../walls/argument-test.ts';
import type { FilterRule } from '../walls/call-filter.ts';

/** Makes a rule that lets a call through, if all tests of its arguments hold. */
export function allow(call: SystemCall, ...when: ArgumentTest[]): FilterRule {
  return { call, when, answer: 'allow' };
}

/** Makes a rule that answers a call with an error for any arguments. */
export function refuse(call: SystemCall, answer: FilterRule['answer']): FilterRule {
  return { call, answer };
}
