import { LinuxErrno } from '../../linux/errno.ts';
import { LOCK_EX, LOCK_UN } from '../../linux/fcntl.ts';
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

/** Gives the lock back. */
export function unlockFile(descriptor: number): void {
  syscall(callNumberOf('flock'), descriptor, LOCK_UN);
}
