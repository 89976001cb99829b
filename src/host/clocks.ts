import { bind, orErrno } from './libc.ts';
import { NativeMemory } from './memory.ts';

const libc = {
  clock_gettime: bind('clock_gettime', 2, 'int'),
  clock_getres: bind('clock_getres', 2, 'int'),
} as const;

const timespec = new NativeMemory(16);
const words = new Uint32Array(timespec.bytes.buffer, 0, 4);

function nanoseconds(): bigint {
  return BigInt((words[0] ?? 0) + (words[1] ?? 0) * 2 ** 32) * 1_000_000_000n + BigInt(words[2] ?? 0);
}

/** Clock ids of Linux (clock_gettime(2)). */
export const HostClock = { realtime: 0, monotonic: 1, processCpu: 2, threadCpu: 3 } as const;

/** The monotonic clock, in nanoseconds: Node reads it without leaving optimized code. */
export const monotonicTime: () => bigint = process.hrtime.bigint;

/** Time of a clock in nanoseconds. Precondition: the id is one of `HostClock`, so that the call cannot fail. */
export function clockTime(clock: number): bigint {
  if (clock === HostClock.monotonic) return monotonicTime();
  libc.clock_gettime(clock, timespec.address);
  return nanoseconds();
}

/** Resolution of a clock in nanoseconds. Precondition as above. */
export function clockResolution(clock: number): bigint {
  orErrno(libc.clock_getres(clock, timespec.address));
  return nanoseconds();
}
