import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno, Signal, signalActions } from '../../../abi/generated/constants.ts';
import { raiseSignal } from '../../../host/process.ts';
import * as clocks from '../../../kernel/clocks.ts';
import { fill } from '../../../kernel/random.ts';
import { RH } from '../../../kernel/rights.ts';
import { endProgram, type Guest } from '../guest.ts';
import { outcome } from './outcome.ts';

/** Linux's number of each signal that ends a process (signal(7)). */
const hostSignals: number[] = [];
hostSignals[Signal.hup] = 1;
hostSignals[Signal.int] = 2;
hostSignals[Signal.quit] = 3;
hostSignals[Signal.ill] = 4;
hostSignals[Signal.trap] = 5;
hostSignals[Signal.abrt] = 6;
hostSignals[Signal.bus] = 7;
hostSignals[Signal.fpe] = 8;
hostSignals[Signal.kill] = 9;
hostSignals[Signal.usr1] = 10;
hostSignals[Signal.segv] = 11;
hostSignals[Signal.usr2] = 12;
hostSignals[Signal.alrm] = 14;
hostSignals[Signal.term] = 15;
hostSignals[Signal.xcpu] = 24;
hostSignals[Signal.xfsz] = 25;
hostSignals[Signal.vtalrm] = 26;
hostSignals[Signal.sys] = 31;

/** Time, chance, and the end of the process. */
export function processCalls(
  guest: Guest,
): Pick<
  Calls,
  'clock_res_get' | 'clock_time_get' | 'random_get' | 'proc_exec' | 'proc_exit' | 'proc_fork' | 'proc_raise'
> {
  const { memory } = guest;
  const { descriptors } = guest.process;
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
    proc_exec(fd, _data, _length, fds, count) {
      const able = descriptors.require('proc_exec', fd, 0, RH.proc_exec);
      if (able < 0) return outcome(able);
      for (let index = 0; index < count; index++) {
        if (!descriptors.isOpen(memory.view.getUint32(fds + index * 4, true))) return Errno.badf;
      }
      return Errno.nosys;
    },
    proc_exit: (code) => endProgram(guest, code),
    proc_fork: () => Errno.nosys,
    proc_raise(signal) {
      const host = hostSignals[signal];
      if (host !== undefined) raiseSignal(host);
      // A program goes on after whatever it may ignore, and it cannot stop itself: see support.ts.
      return signalActions.get(signal) === 'stop' ? Errno.notsup : Errno.success;
    },
  };
}
