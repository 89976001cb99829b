import {
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_REALTIME_COARSE,
  CLOCK_TAI,
  CLOCK_THREAD_CPUTIME_ID,
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMP_REQUEUE,
  FUTEX_PRIVATE_FLAG,
  FUTEX_REQUEUE,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
  FUTEX_WAKE_OP,
} from '../linux/waiting.ts';
import type { CallRule } from './allow-list.ts';

/** Clocks by name (clock_gettime(2)); negative ids are clocks of processes, and tell which there are. */
const CLOCKS: readonly number[] = [
  CLOCK_REALTIME,
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_THREAD_CPUTIME_ID,
  CLOCK_MONOTONIC_RAW,
  CLOCK_REALTIME_COARSE,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_BOOTTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_TAI,
];

/** Clocks of the host and of the process itself. */
export const ownClocks: readonly CallRule[] = (
  ['clock_getres', 'clock_gettime', 'clock_nanosleep'] as const
).map((call) => ({ call, when: [{ argument: 0, is: 'one of', values: CLOCKS }] }));

/** Operations of futex(2) that know a word in memory and nothing else. */
const OPERATIONS: readonly number[] = [
  FUTEX_WAIT,
  FUTEX_WAKE,
  FUTEX_REQUEUE,
  FUTEX_CMP_REQUEUE,
  FUTEX_WAKE_OP,
  FUTEX_WAIT_BITSET,
  FUTEX_WAKE_BITSET,
];
const FLAGS: readonly number[] = [
  0,
  FUTEX_PRIVATE_FLAG,
  FUTEX_CLOCK_REALTIME,
  FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME,
];

/** Waiting in memory, but with the inheritance of priorities: that names a thread, and tells which there are. */
export const ownFutexes: CallRule = {
  call: 'futex',
  when: [
    {
      argument: 1,
      is: 'one of',
      values: FLAGS.flatMap((flags) => OPERATIONS.map((operation) => operation | flags)),
    },
  ],
};
