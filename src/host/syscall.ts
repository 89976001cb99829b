import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../linux/memory.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { type Address, bind, bytesAt, functionAt, lastErrno } from './libc.ts';
import { END_OF_LIST, FIRST_RESULT, machineCode, Record } from './machine-code.ts';
import { check } from './system-error.ts';

/** A multiple of every page size; the code takes the first page, the list the second. */
const PAGE = 65536;

const start = check(
  negativeErrno(bind('mmap', 6)(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
  'mmap',
) as Address;
const code = bytesAt(start, PAGE);
code.set(Buffer.from(machineCode.bytes, 'hex'));
new DataView(code.buffer).setBigUint64(machineCode.listAddress, BigInt(start + PAGE), true);
check(negativeErrno(bind('mprotect', 3, 'int')(start, PAGE, PROT_READ | PROT_EXEC)), 'mprotect');

function negativeErrno(result: number): number {
  return result < 0 ? -lastErrno() : result;
}

/** The addresses of the machine code's signal handler and restorer (threads.ts). */
export const handlerAddress: number = start + machineCode.handler;
export const restorerAddress: number = start + machineCode.restorer;

/** The list of this thread: room for three calls. */
const list = new Float64Array(bytesAt((start + PAGE) as Address, PAGE).buffer);
const SECOND = Record.doubles;
const THIRD = 2 * Record.doubles;
const FOURTH = 3 * Record.doubles;
list[SECOND] = END_OF_LIST;
list[THIRD] = END_OF_LIST;
list[FOURTH] = END_OF_LIST;

const run = functionAt((start + machineCode.call) as Address);

/**
 * Makes a system call by number; returns its result or `-errno`. Arguments are integers below 2^53, negative ones
 * included; addresses are numbers too.
 */
export function syscall(number: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): number {
  list[0] = number;
  list[1] = a;
  list[2] = b;
  list[3] = c;
  list[4] = d;
  list[5] = e;
  list[6] = f;
  run();
  return list[Record.result] ?? END_OF_LIST;
}

/** True in the first thread of its process; `isMainThread` of Node says the same, and takes long to load. */
export const isFirstThread: boolean = syscall(callNumberOf('gettid')) === process.pid;

/** The most system calls that are made in one step. */
export const MOST_CALLS: number = PAGE / Record.bytes - 1;

/**
 * Makes system calls in one step out of JavaScript.
 *
 * @param records As in machine-code.ts, `MOST_CALLS` at most.
 * @returns True if all have succeeded; false if one has failed, behind which none was made.
 */
export function succeed(records: Float64Array): boolean {
  const count = records.length / Record.doubles;
  list.set(records);
  list[records.length] = END_OF_LIST;
  run();
  list[SECOND] = END_OF_LIST;
  list[THIRD] = END_OF_LIST;
  list[FOURTH] = END_OF_LIST;
  for (let index = 0; index < count; index++)
    if ((list[index * Record.doubles + Record.result] ?? END_OF_LIST) < 0) return false;
  return true;
}

/**
 * Opens a descriptor, makes one call on it and closes it, all in one step out of JavaScript.
 *
 * @param open Number of the opening call; `a` to `d` are its arguments.
 * @param use Number of the call on the new descriptor, which is its first argument; `b2` is its second.
 * @param close Number of close.
 * @returns The result of the first call that failed, else that of `use`.
 */
export function syscallOnOpened(
  open: number,
  a: number,
  b: number,
  c: number,
  d: number,
  use: number,
  b2: number,
  close: number,
): number {
  list[0] = open;
  list[1] = a;
  list[2] = b;
  list[3] = c;
  list[4] = d;
  list[SECOND] = use;
  list[SECOND + 1] = FIRST_RESULT;
  list[SECOND + 2] = b2;
  list[THIRD] = close;
  list[THIRD + 1] = FIRST_RESULT;
  run();
  list[SECOND] = END_OF_LIST;
  list[THIRD] = END_OF_LIST;
  const opened = list[Record.result] ?? END_OF_LIST;
  if (opened < 0) return opened;
  const used = list[SECOND + Record.result] ?? END_OF_LIST;
  if (used < 0) syscall(close, opened);
  return used;
}
