import { CallList, type Label, type Pointer, type Slot } from '../host/processes/call-list.ts';
import { UINT_MAX } from '../linux/fcntl.ts';
import { AT_FDCWD } from '../linux/open-flags.ts';
import { PR_SET_NAME } from '../linux/prctl.ts';
import { __WALL, EX_SOFTWARE } from '../linux/processes.ts';
import { SIG_SETMASK, SIGHUP, SIGKILL } from '../linux/signals.ts';
import { TCGETS } from '../linux/terminals.ts';
import { POLLIN } from '../linux/waiting.ts';
import { END_ALL, EndReport } from './init.ts';

/*
 * The process that a command becomes when nothing needs Node any more: one of a few kilobytes that watches over a
 * program's first process. It passes signals on, keeps the time, and waits; when all has ended, it ends with the status
 * of the program, or becomes Node once more where there is something to say or to clean up.
 */

/** Bytes of a report behind its first word and the two bytes of the status. */
const REST = EndReport.bytes - EndReport.status - 2;

/** The needs of a watcher; all are host descriptors that it inherits. */
export type WatcherOptions = {
  /** The process id of the first process, a child of ours. */
  readonly first: number;
  /** The way in which its tree ends. */
  readonly ending: 'with the first process' | 'by the first process';
  /** The socket on which it reports. */
  readonly status: number;
  /** Host descriptors that the command at the end inherits. */
  readonly keep: readonly number[];
  /** True if a signal has been passed on already. */
  readonly forwarded: boolean;
  /** A signalfd(2), which does not wait, of the signals that are passed on, and their mask. */
  readonly signals: number;
  readonly mask: Uint8Array;
  /** A timer (timerfd_create(2)), which does not wait, of the limit of time; `undefined` without one. */
  readonly clock: number | undefined;
  /** For a user's terminal on descriptor 0: a timer that is set when it hangs up, and for how long. */
  readonly grace: { readonly timer: number; readonly milliseconds: number } | undefined;
  /** Pipes with signals that the event loop has not been told of yet. */
  readonly pending: readonly number[];
  /** A memory file whose first bytes the watcher fills in (`WatcherState`) before it becomes Node. */
  readonly state: number;
  /** True if a program that ends by itself leaves nothing to do, with status 0 and with others. */
  readonly quick: { readonly zero: boolean; readonly others: boolean };
  /** The path of a file that is removed at the end; `undefined` for none. */
  readonly entry: string | undefined;
  /** The command that is executed at the end; its first word is a path. */
  readonly last: readonly string[];
};

/** The words of the state, in bytes from its start; the first five are zero or not. */
export const WatcherState = {
  forwarded: 0,
  timeUp: 8,
  hungUp: 16,
  failed: 24,
  reported: 32,
  /** The two bytes of a status (wait(2)): the signal, and the code. */
  signal: 40,
  code: 48,
  /** The rest of the report, from behind these two bytes on. */
  rest: 64,
  bytes: 256,
} as const;

/** Makes the list of system calls of a watcher. */
export function watcherList(options: WatcherOptions): CallList {
  const { first, ending, status, forwarded, signals, mask, clock, grace, pending, state, quick, last } =
    options;
  const { keep } = options;
  const list = new CallList();
  const begin = Buffer.alloc(WatcherState.bytes);
  begin.writeUInt8(forwarded ? 1 : 0, WatcherState.forwarded);
  const words = list.data('state', [begin]);
  const flag = (at: number): Slot => list.slotAt(words, at);
  const room = list.data('room', [new Uint8Array(256)]);
  const raise = (what: string, at: number): void => list.call(what, 'getpid', [], { result: flag(at) });
  const wait = list.label();
  const end = list.label();

  list.call('take a name', 'prctl', [PR_SET_NAME, list.text('cloudabi'), 0, 0, 0]);
  closeOthers(list, [
    status,
    signals,
    state,
    2,
    ...keep,
    ...pending,
    ...(clock === undefined ? [] : [clock]),
    ...(grace === undefined ? [] : [0, grace.timer]),
  ]);

  // Signals that came before: a record of 16 bytes each, the number in the second word.
  for (const pipe of pending) {
    const again = list.label();
    const passOn = list.label();
    const next = list.label();
    list.place(again);
    list.call('look for earlier signals', 'read', [pipe, room, 16], {
      onPositive: passOn,
      onZero: next,
      onError: next,
    });
    list.place(passOn);
    raise('a signal was passed on', WatcherState.forwarded);
    list.call('pass on a signal', 'kill', [first, list.slotAt(room, 8)], {
      onPositive: again,
      onZero: again,
      onError: again,
    });
    list.place(next);
    list.call('close its pipe', 'close', [pipe]);
  }
  list.call('let other signals in', 'rt_sigprocmask', [SIG_SETMASK, list.data('mask', [mask]), 0, 8]);

  const watched = [
    status,
    signals,
    ...(clock === undefined ? [] : [clock]),
    ...(grace === undefined ? [] : [grace.timer]),
  ];
  const polls = Buffer.alloc(8 * watched.length);
  for (const [index, descriptor] of watched.entries()) {
    polls.writeInt32LE(descriptor, 8 * index);
    polls.writeInt16LE(POLLIN, 8 * index + 4);
  }
  const pollfds = list.data('pollfds', [polls]);
  list.place(wait);
  list.call('wait', 'ppoll', [pollfds, watched.length, 0, 0, 8], { onError: wait });

  const kill = (what: string, at: number): void => {
    const running = list.label();
    const next = list.label();
    list.compare('it has not ended', flag(WatcherState.reported), 0, { onZero: running, onError: next });
    list.place(running);
    raise(what, at);
    const signal = ending === 'with the first process' ? SIGKILL : END_ALL;
    list.call('end it', 'kill', [first, signal], { onError: next });
    list.place(next);
  };
  onArrival(list, signals, 128, 'take a signal', room, () => {
    raise('a signal was passed on', WatcherState.forwarded);
    const next = list.label();
    list.call('pass on a signal', 'kill', [first, list.slotAt(room, 0)], { onError: next });
    list.place(next);
    if (grace !== undefined) addHangUp(list, list.slotAt(room, 0), grace, wait);
  });
  if (clock !== undefined)
    onArrival(list, clock, 8, 'look at the clock', room, () => {
      kill('the time is up', WatcherState.timeUp);
    });
  if (grace !== undefined)
    onArrival(list, grace.timer, 8, 'see whether the terminal has gone for long', room, () => {
      kill('the terminal is gone', WatcherState.hungUp);
    });

  addReading(list, { status, words, room, wait, end });

  list.place(end);
  // It has no exit signal, so that only a wait for all kinds finds it.
  const reaped = list.label();
  list.call('reap it', 'wait4', [first, 0, __WALL, 0], { onError: reaped });
  list.place(reaped);
  if (options.entry !== undefined) {
    const removed = list.label();
    list.call('remove its entry', 'unlinkat', [AT_FDCWD, list.text(options.entry), 0], { onError: removed });
    list.place(removed);
  }
  addStatus(list, words, quick);
  list.call('write down how it ended', 'pwrite64', [state, words, WatcherState.bytes, 0]);
  const none = list.data('no signals', [new Uint8Array(8)]);
  list.call('let signals in', 'rt_sigprocmask', [SIG_SETMASK, none, 0, 8]);
  const failed = list.label();
  const [path = ''] = last;
  list.call(
    'become Node',
    'execve',
    [list.text(path), list.texts('words', last), list.texts('nothing', [])],
    { onError: failed },
  );
  list.place(failed);
  list.failAt(failed);
  list.call('end', 'exit_group', [EX_SOFTWARE]);
  return list;
}

function closeOthers(list: CallList, kept: readonly number[]): void {
  let next = 0;
  for (const descriptor of [...new Set(kept)].toSorted((a, b) => a - b)) {
    if (descriptor > next) list.call('close descriptors', 'close_range', [next, descriptor - 1, 0]);
    next = descriptor + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
}

/** Reads from a descriptor that does not wait; adds the further steps for bytes that came. */
function onArrival(
  list: CallList,
  descriptor: number,
  size: number,
  what: string,
  room: Pointer,
  then: () => void,
): void {
  const arrived = list.label();
  const nothing = list.label();
  list.call(what, 'read', [descriptor, room, size], {
    onPositive: arrived,
    onZero: nothing,
    onError: nothing,
  });
  list.place(arrived);
  then();
  list.place(nothing);
}

/** A hang-up of the user's terminal leaves no process that could end a program that ignores it. */
function addHangUp(
  list: CallList,
  signal: Slot,
  { timer, milliseconds }: NonNullable<WatcherOptions['grace']>,
  wait: Label,
): void {
  const hangUp = list.label();
  const gone = list.label();
  const over = list.label();
  list.compare('it was a hang-up', signal, SIGHUP, { onZero: hangUp, onError: over });
  list.place(hangUp);
  const settings = list.data('settings of the terminal', [new Uint8Array(64)]);
  list.call('see whether the terminal is there', 'ioctl', [0, TCGETS, settings], {
    onPositive: wait,
    onZero: wait,
    onError: gone,
  });
  list.place(gone);
  const time = Buffer.alloc(32);
  time.writeBigUInt64LE(BigInt(Math.floor(milliseconds / 1000)), 16);
  time.writeBigUInt64LE(BigInt(milliseconds % 1000) * 1_000_000n, 24);
  list.call('set a timer', 'timerfd_settime', [timer, 0, list.data('grace', [time]), 0], { onError: over });
  list.place(over);
}

/** Reads the report of the first process: a zero and how the program ended, or the step that failed. */
function addReading(
  list: CallList,
  {
    status,
    words,
    room,
    wait,
    end,
  }: {
    readonly status: number;
    readonly words: Pointer;
    readonly room: Pointer;
    readonly wait: Label;
    readonly end: Label;
  },
): void {
  const read = list.label();
  const ended = list.label();
  const failed = list.label();
  const first = list.label();
  list.place(read);
  list.call('read what it reports', 'read', [status, room, 8], {
    onPositive: first,
    onZero: end,
    onError: wait,
  });
  list.place(first);
  list.compare('the program has ended', list.slotAt(room, 0), 0, { onZero: ended, onError: failed });
  list.place(failed);
  list.call('read why it failed', 'read', [status, room, 8]);
  list.call('it failed', 'getpid', [], { result: list.slotAt(words, WatcherState.failed), onPositive: read });
  list.place(ended);
  const { signal, code, rest, reported } = WatcherState;
  list.call('read which signal has ended it', 'read', [status, list.at(words, signal), 1]);
  list.call('read its exit code', 'read', [status, list.at(words, code), 1]);
  list.call('read what it used', 'read', [status, list.at(words, rest), REST]);
  list.call('it reported', 'getpid', [], { result: list.slotAt(words, reported), onPositive: read });
}

/** Ends with the status of a program that ended by itself, where nothing is to be said. */
function addStatus(list: CallList, words: Pointer, quick: WatcherOptions['quick']): void {
  if (!quick.zero) return;
  const slow = list.label();
  const isZero = (at: number): void => {
    const next = list.label();
    list.compare('nothing else happened', list.slotAt(words, at), 0, { onZero: next, onError: slow });
    list.place(next);
  };
  isZero(WatcherState.timeUp);
  isZero(WatcherState.hungUp);
  isZero(WatcherState.failed);
  const reported = list.label();
  list.compare('it has not reported', list.slotAt(words, WatcherState.reported), 0, {
    onZero: slow,
    onError: reported,
  });
  list.place(reported);
  isZero(WatcherState.signal);
  if (!quick.others) isZero(WatcherState.code);
  list.call('end with its status', 'exit_group', [list.slotAt(words, WatcherState.code)]);
  list.place(slow);
}
