import { Clockid } from '../abi/generated/constants.ts';
import { clockResolution, clockTime, HostClock } from '../host/clocks.ts';

/** The host's clock for each of the ABI's; -1 for numbers that name none. */
const hostClocks = new Int8Array(8).fill(-1);
hostClocks[Clockid.monotonic] = HostClock.monotonic;
hostClocks[Clockid.process_cputime_id] = HostClock.processCpu;
hostClocks[Clockid.realtime] = HostClock.realtime;
hostClocks[Clockid.thread_cputime_id] = HostClock.threadCpu;

/*
 * Reading clocks needs no descriptor and no right. Faces answer `inval` for a number that names no clock.
 */

/** True when a number names one of the ABI's clocks. */
export function isClock(clock: number): boolean {
  return (hostClocks[clock] ?? -1) >= 0;
}

/** clock_time_get, in nanoseconds. Precondition: `isClock`. */
export function time(clock: number): bigint {
  return clockTime(hostClocks[clock] ?? HostClock.monotonic);
}

/** clock_res_get, in nanoseconds. Precondition: `isClock`. */
export function resolution(clock: number): bigint {
  return clockResolution(hostClocks[clock] ?? HostClock.monotonic);
}
