import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { LOCK_EX, LOCK_NB } from '../linux/fcntl.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/*
 * Locks (flock(2)): one of the state folder while overlays are found and made, and one of each overlay while it is mounted
 * or changed. The kernel gives them back when the last process that has the descriptor has ended.
 */

const FILE = 'lock';

function open(folder: string): number {
  return openSync(join(folder, FILE), constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
}

/** Runs something while no other process of ours makes or removes overlays. */
export function whileLocked<T>(folder: string, run: () => T): T {
  const descriptor = open(folder);
  try {
    let result: number;
    do result = syscall(callNumberOf('flock'), descriptor, LOCK_EX);
    while (result === -LinuxErrno.EINTR);
    check(result, 'flock', folder);
    return run();
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Takes the lock of an overlay.
 *
 * @returns Its descriptor; `undefined` while another process has it, or if the overlay was removed meanwhile.
 */
export function tryLock(folder: string): number | undefined {
  const descriptor = open(folder);
  const result = syscall(callNumberOf('flock'), descriptor, LOCK_EX | LOCK_NB);
  if (result === 0 && fstatSync(descriptor).nlink > 0) return descriptor;
  closeSync(descriptor);
  if (result !== -LinuxErrno.EAGAIN) check(result, 'flock', folder);
  return undefined;
}
