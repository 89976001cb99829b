import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { PR_SET_NO_NEW_PRIVS } from '../linux/prctl.ts';
import {
  SECCOMP_FILTER_FLAG_NEW_LISTENER,
  SECCOMP_FILTER_FLAG_TSYNC,
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
  SECCOMP_SET_MODE_FILTER,
} from '../linux/seccomp.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/**
 * Installs a filter on all threads of this process at once, for ever.
 * Precondition: `no_new_privs` is set on the calling thread.
 *
 * @throws SystemError when the host refuses, for example because it has no seccomp.
 */
export function installFilter(program: Uint8Array): void {
  check(install(program, SECCOMP_FILTER_FLAG_TSYNC), 'seccomp', 'filter on all threads');
}

/**
 * The same for a filter with the verdict `notify`. Sets `no_new_privs` for users whom the host lets install none without.
 *
 * @returns A host descriptor that tells of calls (seccomp_unotify(2)), with FD_CLOEXEC.
 * @throws SystemError
 */
export function installListener(program: Uint8Array): number {
  const flags =
    SECCOMP_FILTER_FLAG_NEW_LISTENER |
    SECCOMP_FILTER_FLAG_TSYNC |
    SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  const listener = install(program, flags);
  if (listener !== -LinuxErrno.EACCES) return check(listener, 'seccomp', 'filter that notifies');
  check(syscall(callNumberOf('prctl'), PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'prctl');
  return check(install(program, flags), 'seccomp', 'filter that notifies');
}

function install(program: Uint8Array, flags: number): number {
  const memory = new NativeMemory(program.length + 16);
  memory.view.setUint16(0, program.length / 8, true);
  memory.view.setBigUint64(8, BigInt(memory.at(16)), true);
  memory.bytes.set(program, 16);
  return syscall(callNumberOf('seccomp'), SECCOMP_SET_MODE_FILTER, flags, memory.address);
}
