import { errnoMeaning } from '../../linux/errno.ts';
import { F_DUPFD_CLOEXEC, F_SETFD } from '../../linux/fcntl.ts';
import { AT_EMPTY_PATH } from '../../linux/open-flags.ts';
import { __WALL, CLONE_PIDFD, CLONE_VFORK, CLONE_VM, WNOHANG } from '../../linux/processes.ts';
import { ALL_SIGNALS, SIG_SETMASK } from '../../linux/signals.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { close } from '../files/files.ts';
import { PollEvents, poll } from '../files/poll.ts';
import { functionAt } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { CallList, FAILURE_OFFSET, type Slot } from './call-list.ts';
import { stubFor } from './launch-stub.ts';

/*
 * Starts a process whose first steps, up to execveat(2), are a call list that runs in this process's memory while
 * this thread waits. Node's own spawn is a fork, whose cost grows with the memory that Node uses; this does not.
 */

const NOT_EXECUTED = 127;

/** Room for the list, in bytes; more than any number of descriptors that a program is handed will need. */
const ROOM = 0x100000;

/** Options for spawning. */
export type SpawnOptions = {
  /** An executable, packed by `packProgram`. */
  readonly program: number;
  /** Host descriptors that the new process inherits under their own numbers. */
  readonly inherit: readonly number[];
  /** Host descriptors that it inherits under other numbers, each of which is named once. */
  readonly place?: readonly (readonly [host: number, number: number])[];
  /** Further CLONE_NEW* flags. */
  readonly flags: number;
  /** Adds calls that the new process makes first. */
  readonly prepare?: (list: CallList) => void;
};

/** A process that was started, which has to be reaped with `reapIfEnded`, and a descriptor of it, to be closed. */
export type Spawned = { readonly pid: number; readonly pidfd: number };

/** A call of a new process failed before it executed anything. */
export class SpawnError extends Error {
  override readonly name = 'SpawnError';
  readonly errno: number;

  /** @param words The action that failed. */
  constructor(words: string, errno: number) {
    super(`${words}: ${errnoMeaning(errno)}`);
    this.errno = errno;
  }
}

/** Memory for one thread's use: the code, the list it runs, and room for signal masks and wait4(2). */
type Room = { readonly code: () => void; readonly list: NativeMemory; readonly mask: NativeMemory };

let room: Room | undefined;

function newRoom(): Room {
  const list = new NativeMemory(ROOM);
  const code = new NativeMemory(1);
  code.bytes.set(stubFor(list.address));
  code.makeExecutable();
  return { code: functionAt(code.address), list, mask: new NativeMemory(1) };
}

/**
 * Starts a process. It has every signal blocked, no exit signal (so that no other wait finds it), and its own copy of
 * this process's descriptors up to its execveat(2).
 *
 * @throws SpawnError when it could not be made or could not execute.
 */
export function spawnStub(options: SpawnOptions): Spawned {
  room ??= newRoom();
  const { code, list: memory } = room;
  const list = new CallList();
  const { pid, pidfd } = addSteps(list, options);
  if (list.size > ROOM) throw new RangeError('There are too many descriptors to hand over');
  memory.bytes.set(list.encode(memory.address));
  withSignalsBlocked(room, code);
  const number = (offset: number): number => Number(memory.view.getBigInt64(offset, true));
  const child = number(list.offsetOf(pid.at));
  if (child < 0) throw new SpawnError('start a process', -child);
  const spawned = { pid: child, pidfd: memory.view.getInt32(list.offsetOf(pidfd.at), true) };
  const failure = list.failure(memory.address, number(FAILURE_OFFSET), number(FAILURE_OFFSET + 8));
  if (failure === undefined) return spawned;
  reap(spawned.pid);
  close(spawned.pidfd);
  throw new SpawnError(failure.step.words, failure.errno);
}

function addSteps(
  list: CallList,
  { program, inherit, place = [], flags, prepare }: SpawnOptions,
): { readonly pid: Slot; readonly pidfd: Slot } {
  const back = list.label();
  const pidfd = list.slot('pidfd');
  const pid = list.slot('pid');
  // The stack is shared: the parent waits, and the child does not use it.
  list.call('start a process', 'clone', [CLONE_VM | CLONE_VFORK | CLONE_PIDFD | flags, 0, pidfd.at, 0, 0], {
    result: pid,
    onPositive: back,
    onError: back,
  });
  prepare?.(list);
  const file = addPlaces(list, program, place);
  for (const descriptor of inherit)
    list.call(`keep descriptor ${descriptor}`, 'fcntl', [descriptor, F_SETFD, 0]);
  const none = list.texts('nothing', []);
  const path = list.text('');
  list.call('start the launch stub', 'execveat', [file, path, none, none, AT_EMPTY_PATH]);
  const failed = list.label();
  list.place(failed);
  list.failAt(failed);
  list.call('end', 'exit_group', [NOT_EXECUTED]);
  list.place(back);
  list.return();
  return { pid, pidfd };
}

/**
 * Puts descriptors in their places. One whose own number is the place of another goes out of the way first.
 *
 * @returns The descriptor of the program then.
 */
function addPlaces(
  list: CallList,
  program: number,
  place: NonNullable<SpawnOptions['place']>,
): number | Slot {
  const places = new Set(place.map(([, number]) => number));
  const least = 1 + Math.max(...places, 2);
  const away = (host: number): number | Slot => {
    if (!places.has(host)) return host;
    const moved = list.slot(`descriptor ${host}`);
    list.call(`move descriptor ${host}`, 'fcntl', [host, F_DUPFD_CLOEXEC, least], { result: moved });
    return moved;
  };
  const file = away(program);
  const moved = place.map(([host, number]) => [host, away(host), number] as const);
  for (const [host, from, number] of moved)
    list.call(`hand over descriptor ${host}`, 'dup3', [from, number, 0]);
  return file;
}

/** No handler of Node's may run in the child, which shares its memory. */
function withSignalsBlocked({ mask }: Room, run: () => void): void {
  const call = callNumberOf('rt_sigprocmask');
  mask.view.setBigUint64(0, ALL_SIGNALS, true);
  check(syscall(call, SIG_SETMASK, mask.address, mask.at(8), 8), 'rt_sigprocmask');
  try {
    run();
  } finally {
    syscall(call, SIG_SETMASK, mask.at(8), 0, 8);
  }
}

/** The end of a child (wait(2)), and the resources that it and all its own children used. */
export type Ended = {
  /** As wait4(2) stores it. */
  readonly status: number;
  /** Bytes that the largest of its processes had in memory. */
  readonly maximumMemory: number;
  /** Processor time of all its processes, in milliseconds. */
  readonly cpuTime: number;
};

const RUSAGE = 16;

/** The offset of the `struct timespec` of a wait, and its length, in nanoseconds. */
const TIMEOUT = 16;
const SHORT_WAIT = 500_000n;

/** `struct rusage` (getrusage(2)), as far as it is used here. */
export function readUsage(view: DataView, at: number): Omit<Ended, 'status'> {
  const word = (index: number): number => Number(view.getBigInt64(at + 8 * index, true));
  const milliseconds = (word(0) + word(2)) * 1000 + (word(1) + word(3)) / 1000;
  return { cpuTime: milliseconds, maximumMemory: word(4) * 1024 };
}

/**
 * Reaps a process that `spawnStub` has started, if it has ended.
 *
 * @throws SystemError when it is no child of this process, or was reaped before.
 */
export function reapIfEnded(pid: number): Ended | undefined {
  return waitFor(pid, __WALL | WNOHANG);
}

function reap(pid: number): void {
  waitFor(pid, __WALL);
}

function waitFor(pid: number, options: number): Ended | undefined {
  room ??= newRoom();
  const { mask: memory } = room;
  const found = check(
    syscall(callNumberOf('wait4'), pid, memory.address, options, memory.at(RUSAGE)),
    'wait4',
  );
  if (found === 0) return undefined;
  return { status: memory.view.getInt32(0, true), ...readUsage(memory.view, RUSAGE) };
}

/**
 * Waits until a process that `spawnStub` has started has ended, at most half a millisecond: what a process needs to
 * end after it has closed its descriptors is mostly less, and a timer of the event loop would take longer.
 */
export function waitShortly({ pidfd }: Spawned): void {
  room ??= newRoom();
  const { view, address } = room.mask;
  view.setInt32(0, pidfd, true);
  view.setInt16(4, PollEvents.in, true);
  view.setBigInt64(TIMEOUT, 0n, true);
  view.setBigInt64(TIMEOUT + 8, SHORT_WAIT, true);
  poll(address, 1, room.mask.at(TIMEOUT));
}

/** Sends a signal to a process; returns 0 or `-errno`, ESRCH when it has ended. */
export function sendSignal({ pidfd }: Spawned, signal: number): number {
  return syscall(callNumberOf('pidfd_send_signal'), pidfd, signal, 0, 0);
}
