import { callNumberOf } from '../../linux/system-calls.ts';
import { CLOCK_MONOTONIC } from '../../linux/waiting.ts';
import { NumericListing } from '../files/directories.ts';
import { END_OF_LIST, Record } from '../machine-code.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { check, SystemError } from '../system-error.ts';
import { INFORMATION, THREAD_SIGNAL, writeThreadAction } from './thread-signal.ts';

/** One system call for every thread: its number and up to six arguments. */
export type ThreadCall = {
  readonly name: string;
  readonly number: number;
  readonly arguments: readonly number[];
};

/** The header of the list: { u32 threads done; i32 error }. */
const HEADER = 8;

/** Offsets of the former `struct sigaction` and of a `struct timespec`, around the `siginfo_t`. */
const PREVIOUS = 64;
const PAUSE = 256;

/** The sleep between two looks, in nanoseconds. */
const LONG = 50_000n;

const SIGACTION = callNumberOf('rt_sigaction');
const SIGQUEUE = callNumberOf('rt_tgsigqueueinfo');
const YIELD = callNumberOf('sched_yield');
const SLEEP = callNumberOf('clock_nanosleep');

/** The time for all threads together to answer, in milliseconds, before we give up. */
const PATIENCE = 5000;

/** Lays calls out for the signal handler (machine-code.ts). */
function newList(calls: readonly ThreadCall[]): NativeMemory {
  const list = new NativeMemory(HEADER + (calls.length + 1) * Record.bytes);
  const doubles = new Float64Array(list.bytes.buffer, HEADER, (calls.length + 1) * Record.doubles);
  calls.forEach(({ number, arguments: values }, index) => {
    doubles.set([number, ...values], index * Record.doubles);
  });
  doubles[calls.length * Record.doubles] = END_OF_LIST;
  return list;
}

/** System calls laid out for every thread. */
export type CallsOfThreads = {
  /** Descriptor of the list of threads, until the calls are made. */
  readonly descriptor: number;
  /**
   * Makes the calls; at most once.
   *
   * @throws SystemError when a call fails on any thread: the process is then in an undefined state and must exit.
   */
  make(): void;
};

/** Lays out calls for `onEveryThread`, which can then be made faster. */
export function layOutCalls(calls: readonly ThreadCall[]): CallsOfThreads {
  const list = newList(calls);
  const threads = new NumericListing('/proc/self/task');
  const action = new NativeMemory(272);
  writeThreadAction(action, list.address);
  action.view.setBigInt64(PAUSE + 8, LONG, true);
  return {
    descriptor: threads.descriptor,
    make() {
      const previous = action.at(PREVIOUS);
      check(syscall(SIGACTION, THREAD_SIGNAL, action.address, previous, 8), 'rt_sigaction');
      tell(threads, list, action);
      threads.close();
      check(syscall(SIGACTION, THREAD_SIGNAL, previous, 0, 8), 'rt_sigaction');
      const error = list.view.getInt32(4, true);
      if (error < 0)
        throw new SystemError(-error, calls.map(({ name }) => name).join(', '), 'on every thread');
    },
  };
}

/** The number of times to yield before sleeping. */
const YIELDS = 100;

/** Sends the signal to all threads, until a look finds none that has not answered. */
function tell(threads: NumericListing, list: NativeMemory, action: NativeMemory): void {
  const information = action.at(INFORMATION);
  const pause = action.at(PAUSE);
  const told = new Set<number>();
  const deadline = Date.now() + PATIENCE;
  let vanished = 0;
  for (;;) {
    const fresh = threads.read().filter((thread) => !told.has(thread));
    if (fresh.length === 0) return;
    for (const thread of fresh) {
      told.add(thread);
      if (syscall(SIGQUEUE, process.pid, thread, THREAD_SIGNAL, information) < 0) vanished++;
    }
    for (let look = 0; list.view.getUint32(0, true) + vanished < told.size; look++) {
      if (Date.now() > deadline) throw new Error('A thread of this process does not answer its signal');
      // On a busy machine, a thread that only yields takes the processor that the others wait for.
      if (look < YIELDS) syscall(YIELD);
      else syscall(SLEEP, CLOCK_MONOTONIC, 0, pause, 0);
    }
  }
}

/**
 * Makes system calls on every thread of this process, for the properties that Linux keeps per thread, such as
 * Landlock domains and capabilities. Threads started meanwhile inherit them or are found by the next look;
 * the function returns when a look finds no thread that has not made the calls.
 *
 * @throws SystemError when a call fails on any thread: the process is then in an undefined state and must exit.
 */
export function onEveryThread(calls: readonly ThreadCall[]): void {
  layOutCalls(calls).make();
}
