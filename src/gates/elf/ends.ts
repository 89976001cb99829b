import { SIGBUS, SIGSEGV, SIGSYS } from '../../linux/signals.ts';
import { callName } from '../../linux/system-calls.ts';
import { Backtraces, type GuestPlace } from './backtrace.ts';
import type { GuestExit } from './exit.ts';
import { type FaultRecord, readFaultRecord } from './fault-record.ts';
import type { GuestProcess } from './guest-process.ts';
import { signalName } from './signal-name.ts';

/** Functions that one line names. */
const MOST_NAMED = 4;

/** Signals of memory that is not there. */
const MEMORY: readonly number[] = [SIGSEGV, SIGBUS];

/** Describes the end of a process by a signal of which it could not tell. */
export function endBySignal(signal: number): GuestExit {
  const message =
    signal === SIGSYS
      ? 'it made a system call of Linux, which no CloudABI executable may (SIGSYS)'
      : `it was ended by ${signalName(signal)}`;
  return { kind: 'trapped', message, place: undefined };
}

/** Finds the place of a process that was stopped in a call. */
export function stoppedPlace(process: GuestProcess): GuestPlace {
  return new Backtraces(process.program).place(readFaultRecord(process.window), true);
}

/** Describes the end of a process that has told of its last instruction. */
export function endByFault(process: GuestProcess): GuestExit {
  const words = readFaultRecord(process.window);
  const place = new Backtraces(process.program).place(words, false);
  return { kind: 'trapped', message: `${reasonOf(words)}${inFunctions(place)}`, place };
}

/** Names the functions in which something happened, for the end of a line. */
export function inFunctions({ stack }: GuestPlace): string {
  return stack.length === 0 ? '' : ` (in ${stack.slice(0, MOST_NAMED).join(' < ')})`;
}

function reasonOf({ signal, address, call }: FaultRecord): string {
  if (signal === SIGSYS)
    return `it made a system call of Linux, ${callName(call) ?? call}, which no CloudABI executable may (SIGSYS)`;
  const at = MEMORY.includes(signal) ? ` at the address 0x${address.toString(16)}` : '';
  return `it was ended by ${signalName(signal)}${at}`;
}
