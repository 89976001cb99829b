import { Clockid } from '../abi/generated/constants.ts';
import { clockResolution, clockTime, HostClock } from '../host/clocks.ts';

/** The host's clock for each of the ABI's; -1 for numbers that name none. */
const hostClocks = new Int8Array(8).fill(-1);
hostClocks[Clockid.monotonic] = HostClock.monotonic;
hostClocks[Clockid.process_cputime_id] = HostClock.processCpu;
hostClocks[Clockid.realtime] = HostClock.realtime;
hostClocks[Clockid.thread_cputime_id] = HostClock.threadCpu;

/*
 * Reading clocks needs no descriptor and no right. An unknown clock gives -1, which faces answer with `inval`; no
 * clock of Linux reads below 0.
 */

/** clock_time_get, in nanoseconds. */
export function time(clock: number): bigint {
  const host = hostClocks[clock] ?? -1;
  return host < 0 ? -1n : clockTime(host);
}

/** clock_res_get, in nanoseconds. */
export function resolution(clock: number): bigint {
  const host = hostClocks[clock] ?? -1;
  return host < 0 ? -1n : clockResolution(host);
}
