import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno, signalActions } from '../../../abi/generated/constants.ts';
import { raiseSignal } from '../../../host/processes/own-process.ts';
import * as clocks from '../../../kernel/clocks.ts';
import { CAPACITY } from '../../../kernel/descriptors.ts';
import { fill } from '../../../kernel/random.ts';
import { endProgram, type Guest } from '../guest.ts';
import { execute } from './exec.ts';
import { outcome } from './outcome.ts';
import { hostSignals } from './signals.ts';

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
    random_get: (buf, length) => outcome(fill(memory, buf, length)),
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
      // A program goes on after signals that it may ignore, and it cannot stop itself: see support.ts.
      return signalActions.get(signal) === 'stop' ? Errno.notsup : Errno.success;
    },
  };
}
