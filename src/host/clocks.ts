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
export const HostClock = { realtime: 0, monotonic: 1, processCpu: 2, threadCpu: 3 } as const;

/** The monotonic clock in nanoseconds: Node reads it without leaving optimized code. */
const monotonicTime = process.hrtime.bigint;

/** How long (in nanoseconds) the difference between the clocks counts as known. */
const TRUST = 1_000_000n;

/** What realtime is ahead of monotonic time, and until which monotonic time that is known. */
const ahead = new BigInt64Array(1);
const knownUntil = new BigInt64Array(1);

/**
 * Looks at both clocks. The system's time is read between two readings of the monotonic one, so the difference
 * lies between two bounds; it stays what it was while it lies there, so that time does not jitter.
 *
 * @returns The monotonic time.
 */
function compareClocks(): bigint {
  const before = monotonicTime();
  getTime(HostClock.realtime, timespec.address);
  const after = monotonicTime();
  const realtime = nanoseconds();
  const difference = ahead[0] ?? 0n;
  if (difference < realtime - after || difference > realtime - before) ahead[0] = realtime - after;
  knownUntil[0] = after + TRUST;
  return after;
}

/**
 * The system's time by way of the monotonic clock, which costs a third of the C library's call from here. Both run at
 * the same speed, also while the system's time is being corrected; only setting it changes the difference, and
 * shows here within a millisecond.
 */
function realtimeNow(): bigint {
  let now = monotonicTime();
  if (now > (knownUntil[0] ?? 0n)) now = compareClocks();
  return BigInt.asIntN(64, now + (ahead[0] ?? 0n));
}

/** Time of a clock in nanoseconds. Precondition: the id is one of `HostClock`, so that the call cannot fail. */
export function clockTime(clock: number): bigint {
  if (clock === HostClock.monotonic) return monotonicTime();
  if (clock === HostClock.realtime) return realtimeNow();
  getTime(clock, timespec.address);
  return nanoseconds();
}

/** Resolution of a clock in nanoseconds. Precondition as above. */
export function clockResolution(clock: number): bigint {
  getResolution(clock, timespec.address);
  return nanoseconds();
}
