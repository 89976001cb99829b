import type { CallList, Slot } from '../host/processes/call-list.ts';
import { UINT_MAX } from '../linux/fcntl.ts';
import { __WALL, RUSAGE_CHILDREN, WNOHANG } from '../linux/processes.ts';
import { SIGCHLD, SIGKILL } from '../linux/signals.ts';
import { addTick, addTimer, type Clock } from './clock.ts';

/*
 * The work of the first process of a program's tree once the program runs: it forwards signals, reaps processes that
 * end, and when the program itself has ended, reports how and ends everything else.
 */

const EVERYBODY = -1;

/**
 * Tells a first process that has no process namespace, and so takes no other with it when it dies, to end everything.
 */
export const END_ALL = 64;

/** The report at the end: a zero, the status of wait(2) in four bytes, four more, and a `struct rusage`. */
export const EndReport = { status: 8, usage: 16, bytes: 160 } as const;

/** Options of `init`. */
export type InitOptions = {
  /** The socket on which it reports. */
  readonly status: number;
  /** The process id of the program. */
  readonly program: Slot;
  /** Without a process namespace it ends the others itself. Precondition: it can only reach its own. */
  readonly sweeps: boolean;
  /** The clock that lets time pass in the program's /proc. */
  readonly clock: Clock | undefined;
  /** Descriptors that it keeps open. */
  readonly held: readonly number[];
  /** Starts the supervisor, whose descriptors stay open; `undefined` without one. */
  readonly supervise: { readonly kept: readonly number[]; readonly add: () => void } | undefined;
};

/** Adds the calls of the first process after it has started the program. */
export function addInit(list: CallList, options: InitOptions): void {
  const { status, program, sweeps, clock, supervise, held } = options;
  const report = list.data('report', [new Uint8Array(EndReport.bytes)]);
  const signal = list.slot('signal');
  const child = list.slot('child');
  const everySignal = list.data('every signal', [Buffer.alloc(8, 0xff)]);
  const ticking = clock === undefined ? [] : Object.values(clock.numbers);
  addClosing(list, [status, ...held, ...ticking, ...(supervise?.kept ?? [])]);
  if (clock !== undefined) addTimer(list);
  supervise?.add();

  const next = list.label();
  const reap = list.label();
  const end = list.label();
  list.place(next);
  list.call('wait for signals', 'rt_sigtimedwait', [everySignal, 0, 0, 8], { result: signal, onError: next });
  if (clock !== undefined) addTick(list, clock, signal, next);
  const goOn = list.label();
  if (sweeps) {
    list.compare('told to end', signal, END_ALL, { onZero: end, onError: goOn });
    list.place(goOn);
  }
  const passOn = list.label();
  list.compare('a child has ended', signal, SIGCHLD, { onZero: reap, onError: passOn });
  list.place(passOn);
  list.call('pass on a signal', 'kill', [program, signal], { onZero: next, onError: next });

  list.place(reap);
  list.call('reap', 'wait4', [EVERYBODY, list.at(report, EndReport.status), WNOHANG | __WALL, 0], {
    result: child,
    onZero: next,
    onError: next,
  });
  list.compare('it was the program', child, program, { onZero: end, onError: reap });

  list.place(end);
  if (sweeps) addSweep(list);
  list.call('count resources used', 'getrusage', [RUSAGE_CHILDREN, list.at(report, EndReport.usage)]);
  list.call('report', 'write', [status, report, EndReport.bytes]);
  list.call('end', 'exit_group', [0]);
}

/** Closes all descriptors but these. */
function addClosing(list: CallList, kept: readonly number[]): void {
  let next = 0;
  for (const number of kept.toSorted((a, b) => a - b)) {
    if (number > next) list.call('close descriptors', 'close_range', [next, number - 1, 0]);
    next = number + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
}

/** One kill(2) reaches all at once, also processes that are about to fork. */
function addSweep(list: CallList): void {
  const wait = list.label();
  const done = list.label();
  list.call('end all that it started', 'kill', [EVERYBODY, SIGKILL], { onError: wait });
  list.place(wait);
  list.call('wait until they are gone', 'wait4', [EVERYBODY, 0, __WALL, 0], {
    onPositive: wait,
    onZero: wait,
    onError: done,
  });
  list.place(done);
}
