import { F_ADD_SEALS, F_DUPFD_CLOEXEC, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK } from '../../linux/fcntl.ts';
import { MFD_ALLOW_SEALING, MFD_CLOEXEC } from '../../linux/memory.ts';
import { O_CLOEXEC } from '../../linux/open-flags.ts';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from '../../linux/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { addressOf } from '../libc.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';
import { close } from './files.ts';
import { FIRST_OTHER } from './standard-streams.ts';

/*
 * Making descriptors that come from no path. All have FD_CLOEXEC.
 */

/**
 * Another descriptor for the same open file (fcntl(2), F_DUPFD_CLOEXEC).
 *
 * @throws SystemError
 */
export function duplicate(descriptor: number): number {
  return duplicateAbove(descriptor, FIRST_OTHER);
}

/**
 * The same with a number that is at least `least`.
 *
 * @throws SystemError
 */
function duplicateAbove(descriptor: number, least: number): number {
  return check(
    syscall(callNumberOf('fcntl'), descriptor, F_DUPFD_CLOEXEC, least),
    'fcntl',
    `of descriptor ${descriptor}`,
  );
}

/**
 * A pipe (pipe(2)).
 *
 * @throws SystemError
 */
export function makePipe(): { readonly read: number; readonly write: number } {
  const ends = new Int32Array(2);
  check(syscall(callNumberOf('pipe2'), addressOf(ends), O_CLOEXEC), 'pipe2');
  return { read: ends[0] ?? -1, write: ends[1] ?? -1 };
}

/**
 * Two UNIX sockets that are connected to one another (socketpair(2)).
 *
 * @param type SOCK_STREAM by default.
 * @throws SystemError
 */
export function makeSocketPair(type: number = SOCK_STREAM): readonly [number, number] {
  const ends = new Int32Array(2);
  const call = callNumberOf('socketpair');
  check(syscall(call, AF_UNIX, type | SOCK_CLOEXEC, 0, addressOf(ends)), 'socketpair');
  return [ends[0] ?? -1, ends[1] ?? -1];
}

/**
 * Memory without a name whose size never changes (memfd_create(2) with seals), filled with zeros.
 *
 * @param size Bytes.
 * @throws SystemError
 */
export function makeSharedMemory(size: number): number {
  const name = Buffer.from('cloudabi\0');
  const memory = check(
    syscall(callNumberOf('memfd_create'), addressOf(name), MFD_CLOEXEC | MFD_ALLOW_SEALING),
    'memfd_create',
  );
  try {
    check(syscall(callNumberOf('ftruncate'), memory, size), 'ftruncate', `to ${size} bytes`);
    const seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
    check(syscall(callNumberOf('fcntl'), memory, F_ADD_SEALS, seals), 'fcntl', 'seals');
  } catch (error) {
    close(memory);
    throw error;
  }
  return memory;
}
