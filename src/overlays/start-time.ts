import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { CLOCK_REALTIME_COARSE } from '../linux/waiting.ts';

/** Milliseconds between looks at a clock that ticks every 1 to 10 of them. */
const PAUSE = 0.5;

/**
 * Waits for the clock with which the kernel stamps files to tick.
 *
 * @returns A time in nanoseconds since 1970: every change from now on has a later stamp (`st_ctime`), and the changes
 *   before have none that is later, but for such as were made within the last moments.
 */
export function startTime(): bigint {
  const before = coarseTime();
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let now = coarseTime();
  for (; now === before; now = coarseTime()) Atomics.wait(pause, 0, 0, PAUSE);
  return now - 1n;
}

/** Reads the clock that file systems stamp changes with (clock_gettime(2)). */
export function coarseTime(): bigint {
  const time = Buffer.alloc(16);
  check(syscall(callNumberOf('clock_gettime'), CLOCK_REALTIME_COARSE, addressOf(time)), 'clock_gettime');
  return time.readBigInt64LE(0) * 1_000_000_000n + time.readBigInt64LE(8);
}
