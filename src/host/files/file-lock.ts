import { LinuxErrno } from '../../linux/errno.ts';
import { LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN } from '../../linux/fcntl.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';

/**
 * Waits until no other process has locked a file, and locks it (flock(2)).
 *
 * @throws SystemError
 */
export function lockFile(descriptor: number): void {
  let result: number;
  do result = syscall(callNumberOf('flock'), descriptor, LOCK_EX);
  while (result === -LinuxErrno.EINTR);
  check(result, 'flock', `of descriptor ${descriptor}`);
}

/**
 * Locks a file at once, for one process that changes it or for several that look at it.
 *
 * @returns False while another process has it locked.
 * @throws SystemError
 */
export function lockNow(descriptor: number, how: 'exclusive' | 'shared'): boolean {
  const flags = (how === 'exclusive' ? LOCK_EX : LOCK_SH) | LOCK_NB;
  const result = syscall(callNumberOf('flock'), descriptor, flags);
  if (result === -LinuxErrno.EAGAIN) return false;
  check(result, 'flock', `of descriptor ${descriptor}`);
  return true;
}

/** Gives the lock back. */
export function unlockFile(descriptor: number): void {
  syscall(callNumberOf('flock'), descriptor, LOCK_UN);
}
