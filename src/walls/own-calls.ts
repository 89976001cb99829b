import type { CallRule } from './allow-list.ts';

/** CLOCK_REALTIME to CLOCK_TAI (clock_gettime(2)); negative ids are clocks of processes, and tell which there are. */
const CLOCKS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11];

/** Clocks of the host and of the process itself. */
export const ownClocks: readonly CallRule[] = (
  ['clock_getres', 'clock_gettime', 'clock_nanosleep'] as const
).map((call) => ({ call, when: [{ argument: 0, is: 'one of', values: CLOCKS }] }));

/** FUTEX_WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP, WAIT_BITSET, WAKE_BITSET (futex(2)). */
const FUTEX_OPERATIONS: readonly number[] = [0, 1, 3, 4, 5, 9, 10];
/** Combinations of FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. */
const FUTEX_FLAGS: readonly number[] = [0, 128, 256, 384];

/** Waiting in memory, but with the inheritance of priorities: that names a thread, and tells which there are. */
export const ownFutexes: CallRule = {
  call: 'futex',
  when: [
    {
      argument: 1,
      is: 'one of',
      values: FUTEX_FLAGS.flatMap((flags) => FUTEX_OPERATIONS.map((operation) => operation | flags)),
    },
  ],
};
