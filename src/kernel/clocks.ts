import { Clockid } from '../abi/generated/constants.ts';
import { clockResolution, clockTime, HostClock } from '../host/clocks.ts';

const hostClocks: ReadonlyMap<number, number> = new Map([
  [Clockid.realtime, HostClock.realtime],
  [Clockid.monotonic, HostClock.monotonic],
  [Clockid.process_cputime_id, HostClock.processCpu],
  [Clockid.thread_cputime_id, HostClock.threadCpu],
]);

/*
 * Reading clocks needs no descriptor and no right. An unknown clock gives `undefined`, which faces answer with
 * `inval`.
 */

/** clock_time_get, in nanoseconds. */
export function time(clock: number): bigint | undefined {
  const host = hostClocks.get(clock);
  return host === undefined ? undefined : clockTime(host);
}

/** clock_res_get, in nanoseconds. */
export function resolution(clock: number): bigint | undefined {
  const host = hostClocks.get(clock);
  return host === undefined ? undefined : clockResolution(host);
}
