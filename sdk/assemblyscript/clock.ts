import { clock_res_get, clock_time_get } from './abi/calls';
import { Clockid, Errno } from './abi/constants';
import { outcome } from './result';

const result: usize = memory.data(8, 8);

/** Clocks, which every program may read. Times are in nanoseconds. */
export namespace Clock {
  /** The time since 1970-01-01T00:00:00Z; it may jump. */
  export function realtime(): u64 {
    return time(Clockid.realtime);
  }

  /** The time since some moment; it never goes back. */
  export function monotonic(): u64 {
    return time(Clockid.monotonic);
  }

  /** The processor time that this process has used. */
  export function processor(): u64 {
    return time(Clockid.process_cputime_id);
  }

  /** The least difference between two times of a clock. */
  export function resolution(clock: Clockid): u64 {
    const error = clock_res_get(clock, result);
    if (error != Errno.success) outcome(error, 'read a clock').check();
    return load<u64>(result);
  }

  function time(clock: Clockid): u64 {
    const error = clock_time_get(clock, 1, result);
    if (error != Errno.success) outcome(error, 'read a clock').check();
    return load<u64>(result);
  }
}
