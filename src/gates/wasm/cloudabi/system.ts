import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno, signalActions } from '../../../abi/generated/constants.ts';
import { callNumberOf } from '../../../host/architecture.ts';
import { raiseSignal } from '../../../host/process.ts';
import { syscall } from '../../../host/syscall.ts';
import * as clocks from '../../../kernel/clocks.ts';
import { CAPACITY } from '../../../kernel/descriptors.ts';
import { fill } from '../../../kernel/random.ts';
import { endProgram, type Guest } from '../guest.ts';
import { execute } from './exec.ts';
import { outcome } from './outcome.ts';
import { hostSignals } from './signals.ts';

const SCHED_YIELD = callNumberOf('sched_yield');

/** Time, chance, and the end of the process. */
export function processCalls(
  guest: Guest,
): Pick<
  Calls,
  'clock_res_get' | 'clock_time_get' | 'random_get' | 'proc_exec' | 'proc_exit' | 'proc_fork' | 'proc_raise'
> {
  const { memory } = guest;
  return {
    clock_res_get(clock, results) {
      results.resolution = clocks.resolution(clock);
      return Errno.success;
    },
    clock_time_get(clock, _precision, results) {
      results.time = clocks.time(clock);
      return Errno.success;
    },
    random_get: (buf, length) => outcome(fill(memory.addressOf(length === 0 ? 0 : buf), length)),
    proc_exec(fd, data, length, fds, count) {
      const numbers = Array.from({ length: Math.min(count, CAPACITY + 1) }, (_, index) =>
        memory.view.getUint32(fds + index * 4, true),
      );
      return execute(guest, fd, { at: length === 0 ? 0 : data, length }, numbers);
    },
    proc_exit: (code) => endProgram(guest, code),
    proc_fork: () => Errno.nosys,
    proc_raise(signal) {
      const host = hostSignals.get(signal);
      if (host !== undefined) raiseSignal(host);
      // A program goes on after whatever it may ignore, and it cannot stop itself: see support.ts.
      return signalActions.get(signal) === 'stop' ? Errno.notsup : Errno.success;
    },
  };
}

/** Threads and locks, which need shared memory: what one thread can do by itself works. */
export function threadCalls(
  guest: Guest,
): Pick<Calls, 'condvar_signal' | 'lock_unlock' | 'thread_create' | 'thread_exit' | 'thread_yield'> {
  return {
    condvar_signal: () => Errno.nosys,
    lock_unlock: () => Errno.nosys,
    thread_create: () => Errno.nosys,
    // The process ends with its last thread, and there is only one.
    thread_exit: () => endProgram(guest, 0),
    thread_yield() {
      syscall(SCHED_YIELD);
      return Errno.success;
    },
  };
}
