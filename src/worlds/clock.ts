import { uptime } from 'node:os';
import type { CallList, Label, Pointer, Slot } from '../host/processes/call-list.ts';
import { AT_FDCWD, O_CLOEXEC } from '../linux/open-flags.ts';
import { CLOCK_BOOTTIME, TIMER_ABSTIME } from '../linux/waiting.ts';
import { createFile } from './text-files.ts';
import type { World } from './world.ts';

/*
 * The synthetic /proc/uptime and /proc/stat go on with time, without the kernel's counts of the machine's work: the
 * first process copies the seconds of the kernel's /proc/uptime into both, once a second. Programs such as ps and top
 * compare them with the start of a process, which must not seem to lie in the future: so they are read as the seconds
 * begin, and told as if these were over.
 */

/** A real-time signal, which the launcher passes to no program. */
const TICK = 63;
const POINT = 46;

/** Stands in a text for the seconds since the start of the machine. */
export const SECONDS = '\u0001';

const UPTIME = `${SECONDS}.99 0.00\n`;

/** Numbers of the first process's descriptors for copies; nothing else of it has them. */
export type ClockNumbers = { readonly kernel: number; readonly uptime: number; readonly stat: number };

/** Own descriptors of a new process above those that it has inherited; it opens only a few at once. */
const OWN = 64;

/** The numbers for a process that inherits these descriptors; `undefined` when its world has no such files. */
export function clockNumbers({ entries }: World, inherited: readonly number[]): ClockNumbers | undefined {
  if (!entries.some((entry) => entry.kind === 'proc' && entry.show === 'system')) return undefined;
  const first = Math.max(...inherited) + OWN;
  return { kernel: first, uptime: first + 1, stat: first + 2 };
}

/** Counts the digits that the seconds have now. A list that was made with fewer copies too few: see `addTick`. */
export function secondsLength(): number {
  return String(Math.floor(uptime())).length;
}

/** The state that the steps of one list share. */
export type Clock = {
  readonly numbers: ClockNumbers;
  readonly length: number;
  readonly seconds: Pointer;
  readonly uptime: Vector;
  readonly stat: Vector;
};

type Vector = { readonly at: Pointer; readonly count: number };

/** Adds the steps that make both files in a directory. Precondition: the working directory is a new /proc. */
export function addClock(
  list: CallList,
  words: string,
  { root, stat, numbers }: { readonly root: Slot; readonly stat: string; readonly numbers: ClockNumbers },
): Clock {
  const length = secondsLength();
  const seconds = list.data('seconds since the start', [new Uint8Array(16)]);
  const clock: Clock = {
    numbers,
    length,
    seconds,
    uptime: vector(list, 'uptime', UPTIME, seconds, length),
    stat: vector(list, 'stat', stat, seconds, length),
  };
  const file = list.slot('file of the clock');
  list.call(words, 'openat', [AT_FDCWD, list.text('uptime'), O_CLOEXEC, 0], { result: file });
  list.call(words, 'pread64', [file, seconds, length, 0]);
  keep(list, words, file, numbers.kernel);
  for (const name of ['uptime', 'stat'] as const) {
    createFile(list, words, root, name, file);
    list.call(words, 'writev', [file, clock[name].at, clock[name].count]);
    keep(list, words, file, numbers[name]);
  }
  return clock;
}

/** If no such high number may be open, the files stay as they are. */
function keep(list: CallList, words: string, file: Slot, number: number): void {
  const next = list.label();
  list.call(words, 'dup3', [file, number, O_CLOEXEC], { onError: next });
  list.place(next);
  list.call(words, 'close', [file]);
}

/** An array of `struct iovec` for a text with the seconds in it. */
function vector(list: CallList, name: string, text: string, seconds: Pointer, length: number): Vector {
  const parts = text.split(SECONDS).flatMap((piece, index) => {
    const bytes = Buffer.from(piece);
    const own = bytes.length === 0 ? [] : [list.data(`content of ${name}`, [bytes]), size(bytes.length)];
    return index === 0 ? own : [seconds, size(length), ...own];
  });
  return { at: list.data(`content of ${name}`, parts), count: parts.length / 2 };
}

function size(bytes: number): Uint8Array {
  const word = Buffer.alloc(8);
  word.writeUInt32LE(bytes, 0);
  return word;
}

/** Adds the steps by which the first process is woken as each second begins. */
export function addTimer(list: CallList): void {
  const words = 'be woken each second';
  const event = Buffer.alloc(64);
  event.writeInt32LE(TICK, 8);
  const timer = list.slot('timer');
  const each = Buffer.alloc(32);
  for (const at of [0, 16]) each.writeUInt32LE(1, at);
  const next = list.label();
  const created = [CLOCK_BOOTTIME, list.data('sigevent', [event]), timer.at];
  list.call(words, 'timer_create', created, { onError: next });
  // It began a second after the machine, so that it is due as each second begins.
  const args = [timer, TIMER_ABSTIME, list.data('each second', [each]), 0];
  list.call(words, 'timer_settime', args, { onError: next });
  list.place(next);
}

/** Adds the steps for a signal that may be the timer's: goes on at `next` if it was, behind them if not. */
export function addTick(
  list: CallList,
  { numbers, length, ...clock }: Clock,
  signal: Slot,
  next: Label,
): void {
  const words = 'let time pass';
  const other = list.label();
  const tick = list.label();
  list.compare(words, signal, TICK, { onZero: tick, onError: other });
  list.place(tick);
  const point = list.slot('what follows the seconds');
  list.call(words, 'pread64', [numbers.kernel, point.at, 1, length], { onError: next });
  // The seconds have got a digit more, which there is no room for: the files stay as they are.
  list.compare(words, point, POINT, { onError: next });
  list.call(words, 'pread64', [numbers.kernel, clock.seconds, length, 0], { onError: next });
  for (const name of ['uptime', 'stat'] as const) {
    const { at, count } = clock[name];
    const after = name === 'stat' ? { onPositive: next, onZero: next, onError: next } : { onError: next };
    list.call(words, 'pwritev', [numbers[name], at, count, 0, 0], after);
  }
  list.place(other);
}
