import {
  CLOCK_MONOTONIC,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_THREAD_CPUTIME_ID,
} from '../linux/waiting.ts';
import { bind } from './libc.ts';
import { NativeMemory } from './memory.ts';

// Through the C library and not as a system call: it reads most clocks without entering the kernel (vdso(7)).
const getTime = bind('clock_gettime', 2, 'int');
const getResolution = bind('clock_getres', 2, 'int');

/** A `struct timespec`: seconds, nanoseconds. */
const timespec = new NativeMemory(16);
const parts = new BigInt64Array(timespec.bytes.buffer, 0, 2);

/** Kept within 64 bits, where the engine calculates without allocating. */
function nanoseconds(): bigint {
  return BigInt.asIntN(64, (parts[0] ?? 0n) * 1_000_000_000n + (parts[1] ?? 0n));
}

/** Clock ids of Linux (clock_gettime(2)). */
export const HostClock = {
  realtime: CLOCK_REALTIME,
  monotonic: CLOCK_MONOTONIC,
  processCpu: CLOCK_PROCESS_CPUTIME_ID,
  threadCpu: CLOCK_THREAD_CPUTIME_ID,
} as const;

/** The monotonic clock in nanoseconds: Node reads it without leaving optimized code. */
const monotonicTime = process.hrtime.bigint;

/** Time of a clock in nanoseconds. Precondition: the id is one of `HostClock`, so that the call cannot fail. */
export function clockTime(clock: number): bigint {
  if (clock === HostClock.monotonic) return monotonicTime();
  getTime(clock, timespec.address);
  return nanoseconds();
}

/** Resolution of a clock in nanoseconds. Precondition as above. */
export function clockResolution(clock: number): bigint {
  getResolution(clock, timespec.address);
  return nanoseconds();
}
