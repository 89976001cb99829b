import { callNumberOf } from '../../linux/system-calls.ts';
import { FUTEX_PRIVATE_FLAG, FUTEX_WAIT, FUTEX_WAKE } from '../../linux/waiting.ts';
import type { Address } from '../libc.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

const FUTEX = callNumberOf('futex');

const SECOND = 1_000_000_000n;

/** The longest wait that is asked for, in seconds; a thread that waits asks again. */
const LONGEST = 1_000_000_000n;

let timespec: NativeMemory | undefined;

function storeTimeout(nanoseconds: bigint): Address {
  timespec ??= new NativeMemory(16);
  const left = nanoseconds < 0n ? 0n : nanoseconds;
  timespec.view.setBigInt64(0, left / SECOND > LONGEST ? LONGEST : left / SECOND, true);
  timespec.view.setBigInt64(8, left % SECOND, true);
  return timespec.address;
}

/**
 * Sleeps as long as a 32-bit word has a value (futex(2)); returns also without a reason, so that callers look again.
 *
 * @param timeout Nanoseconds; without it, until woken.
 * @returns 0, or `-errno`: `-EAGAIN` when the word has another value, `-ETIMEDOUT`, `-EINTR`.
 */
export function futexWait(word: Address, value: number, timeout?: bigint): number {
  return syscall(
    FUTEX,
    word,
    FUTEX_WAIT | FUTEX_PRIVATE_FLAG,
    value,
    timeout === undefined ? 0 : storeTimeout(timeout),
  );
}

/** Wakes up to `count` threads that sleep on a word; returns how many. */
export function futexWake(word: Address, count: number): number {
  return syscall(FUTEX, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count);
}

/** As `futexWait`, for a word in memory that other processes have, too. */
export function futexWaitShared(word: Address, value: number, timeout?: bigint): number {
  return syscall(FUTEX, word, FUTEX_WAIT, value, timeout === undefined ? 0 : storeTimeout(timeout));
}

/** As `futexWake`, for a word in memory that other processes have, too. */
export function futexWakeShared(word: Address, count: number): number {
  return syscall(FUTEX, word, FUTEX_WAKE, count);
}
