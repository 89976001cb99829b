import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { LinuxErrno } from '../../linux/errno.ts';
import { F_SETFD } from '../../linux/fcntl.ts';
import { AT_EMPTY_PATH, O_NONBLOCK } from '../../linux/open-flags.ts';
import { ALL_SIGNALS, SIG_SETMASK } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { EFD_CLOEXEC, EFD_SEMAPHORE, POLLIN } from '../../linux/waiting.ts';
import { functionAt } from '../libc.ts';
import { END_OF_LIST, Record } from '../machine-code.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { SystemError } from '../system-error.ts';
import { CallList, FAILURE_OFFSET } from './call-list.ts';
import { stubFor } from './launch-stub.ts';
import { INFORMATION, THREAD_SIGNAL, writeThreadAction } from './thread-signal.ts';

/*
 * Replaces this process by another program. No signal may be lost on the way: one that another thread took a moment
 * before would end with Node's event loop. So every other thread is held in a signal handler in which all signals are
 * blocked, and the new program gets the pipes in which the event loop's handler keeps signals that it has not yet told.
 */

/** The longest that one thread may take until it is held, in nanoseconds. */
const PATIENCE = 1_000_000_000n;

/** Room for the list, in bytes. */
const ROOM = 0x10000;

/** A program to become. */
export type Successor = {
  /** Host descriptor of an executable. */
  readonly program: number;
  /** Its name and arguments, for `ps`. Its environment is empty. */
  readonly arguments: readonly string[];
  /** Host descriptors that it inherits under their own numbers; it closes others itself. */
  readonly inherit: readonly number[];
};

/**
 * Lists the read ends of pipes in which this process writes to itself without waiting, as the event loop's handler of
 * signals does (libuv, its signal.c): records of 16 bytes, of which the second word is the number of a signal.
 */
export function ownPipes(): readonly number[] {
  const ends = new Map<string, { readonly descriptor: number; readonly flags: number }[]>();
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${name}`);
      if (!target.startsWith('pipe:')) continue;
      const flags = Number.parseInt(
        /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1] ?? '0',
        8,
      );
      ends.set(target, [...(ends.get(target) ?? []), { descriptor: Number(name), flags }]);
    } catch {
      // The descriptor of the list itself is gone by now.
    }
  }
  return [...ends.values()].flatMap((pair) => {
    const reading = pair.find(({ flags }) => (flags & 3) === 0 && (flags & O_NONBLOCK) !== 0);
    return pair.length > 1 && reading !== undefined ? [reading.descriptor] : [];
  });
}

/**
 * Becomes another program. It begins with every signal blocked.
 *
 * @returns Only when that failed; this process goes on then.
 * @throws SystemError when the host refuses.
 */
export function becomeProgram(successor: Successor): void {
  const [held, gate] = [eventCounter(), eventCounter()];
  try {
    const threads = readdirSync('/proc/self/task')
      .map(Number)
      .filter((thread) => thread !== process.pid);
    const action = holdAction(held, gate);
    const before = new NativeMemory(64);
    syscall(callNumberOf('rt_sigaction'), THREAD_SIGNAL, action.address, before.address, 8);
    const memory = new NativeMemory(ROOM);
    const list = successorList(successor, threads, held, gate, action.at(INFORMATION));
    if (list.size > ROOM) throw new RangeError('The arguments of this process are too long to hand on');
    memory.bytes.set(list.encode(memory.address));
    const code = new NativeMemory(1);
    code.bytes.set(stubFor(memory.address));
    code.makeExecutable();
    functionAt(code.address)();
    syscall(callNumberOf('rt_sigaction'), THREAD_SIGNAL, before.address, 0, 8);
    const result = Number(memory.view.getBigInt64(FAILURE_OFFSET + 8, true));
    throw new SystemError(result < 0 ? -result : LinuxErrno.ETIMEDOUT, 'execveat', 'of a watcher');
  } finally {
    for (const counter of [held, gate]) syscall(callNumberOf('close'), counter);
  }
}

function eventCounter(): number {
  const descriptor = syscall(callNumberOf('eventfd2'), 0, EFD_SEMAPHORE | EFD_CLOEXEC);
  if (descriptor < 0) throw new SystemError(-descriptor, 'eventfd2', 'to hold threads');
  return descriptor;
}

/** Places in the memory of `holdAction`, behind what the signal needs. */
const ONE = 192;
const WORD = 200;
const CALLS = 256;

/** A `struct sigaction` whose handler says that its thread is there and waits at the gate, deaf to signals. */
function holdAction(held: number, gate: number): NativeMemory {
  const memory = new NativeMemory(1024);
  writeThreadAction(memory, memory.at(CALLS), ALL_SIGNALS);
  memory.view.setBigUint64(ONE, 1n, true);
  // The list of machine-code.ts: two words, then records of doubles.
  const doubles = new Float64Array(memory.bytes.buffer, CALLS + 8, 3 * Record.doubles);
  doubles.set([callNumberOf('write'), held, memory.at(ONE), 8], 0);
  doubles.set([callNumberOf('read'), gate, memory.at(WORD), 8], Record.doubles);
  doubles[2 * Record.doubles] = END_OF_LIST;
  return memory;
}

function successorList(
  { program, arguments: words, inherit }: Successor,
  threads: readonly number[],
  held: number,
  gate: number,
  information: number,
): CallList {
  const list = new CallList();
  const back = list.label();
  const all = Buffer.alloc(8, 0xff);
  const mask = list.data('mask of before', [new Uint8Array(8)]);
  list.call('block signals', 'rt_sigprocmask', [SIG_SETMASK, list.data('all signals', [all]), mask, 8]);
  const poll = Buffer.alloc(8);
  poll.writeInt32LE(held, 0);
  poll.writeInt16LE(POLLIN, 4);
  const pollfd = list.data('pollfd', [poll]);
  const word = list.data('word', [new Uint8Array(8)]);
  for (const thread of threads) {
    const next = list.label();
    const count = list.label();
    // A thread that has ended meanwhile need not be held.
    list.call('hold a thread', 'rt_tgsigqueueinfo', [process.pid, thread, THREAD_SIGNAL, information], {
      onError: next,
    });
    const time = Buffer.alloc(16);
    time.writeBigInt64LE(PATIENCE / 1_000_000_000n, 0);
    list.call('wait for it', 'ppoll', [pollfd, 1, list.data(`patience ${thread}`, [time]), 0, 8], {
      onPositive: count,
      onZero: back,
      onError: back,
    });
    list.place(count);
    list.call('count it', 'read', [held, word, 8]);
    list.place(next);
    list.call('go on', 'getpid', []);
  }
  for (const descriptor of inherit) list.call('keep a descriptor', 'fcntl', [descriptor, F_SETFD, 0]);
  const names = list.texts('arguments', words);
  const none = list.texts('nothing', []);
  list.call('become the watcher', 'execveat', [program, list.text(''), names, none, AT_EMPTY_PATH]);
  list.place(back);
  list.failAt(back);
  const open = Buffer.alloc(8);
  open.writeBigUInt64LE(BigInt(threads.length), 0);
  list.call('let the threads go', 'write', [gate, list.data('how many', [open]), 8]);
  list.call('let signals in', 'rt_sigprocmask', [SIG_SETMASK, mask, 0, 8]);
  list.return();
  return list;
}
