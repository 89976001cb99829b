import type { SystemCall } from '../linux/system-calls.ts';
import type { ArgumentTest } from './argument-test.ts';
import { compileFilter, type FilterRule } from './call-filter.ts';

/**
 * A rule that lets a call through when all tests hold, or answers success without making it. Several rules for one call:
 * when those of any hold.
 */
export type CallRule = {
  readonly call: SystemCall;
  readonly when?: readonly ArgumentTest[];
  readonly answer?: 'pretend';
};

/** The answer to a call that is not on the list: an errno, the end of the process, or SIGSYS (host/trap/install.ts). */
export type UnlistedAnswer = 'EPERM' | 'kill' | 'trap';

/**
 * Compiles an allow list: its calls pass, `clone3` answers ENOSYS (so that the C library falls back to `clone`, whose
 * flags a filter can see), and so does `sched_getaffinity` (which the C library asks about new threads, and does without),
 * everything else is refused, numbers that this version does not know among it.
 *
 * @param silent Calls that answer EPERM when no rule lets them through, also where `refusal` is another answer: the C
 * library makes them while it blocks all signals, and a trap that is blocked ends the process.
 * @returns The program as `struct sock_filter` records of 8 bytes.
 * @throws RangeError for rules that no filter of the host can hold.
 */
export function compileAllowList(
  rules: readonly CallRule[],
  refusal: UnlistedAnswer = 'EPERM',
  silent: readonly SystemCall[] = [],
): Uint8Array {
  const list: FilterRule[] = [
    ...rules.map((rule): FilterRule => ({ answer: 'allow', ...rule })),
    ...silent.map((call): FilterRule => ({ call, answer: 'EPERM' })),
    { call: 'clone3', answer: 'ENOSYS' },
    // A new thread asks about itself by number, and does without where there is no such call.
    { call: 'sched_getaffinity', answer: refusal === 'trap' ? 'trap' : 'ENOSYS' },
  ];
  return compileFilter(list, { unlisted: refusal, unknown: refusal });
}
