import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_SET_MODE_FILTER } from '../linux/seccomp.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/**
 * Installs a filter on all threads of this process at once, for ever.
 * Precondition: `no_new_privs` is set on the calling thread.
 *
 * @throws SystemError when the host refuses, for example because it has no seccomp.
 */
export function installFilter(program: Uint8Array): void {
  const memory = new NativeMemory(program.length + 16);
  memory.view.setUint16(0, program.length / 8, true);
  memory.view.setBigUint64(8, BigInt(memory.at(16)), true);
  memory.bytes.set(program, 16);
  check(
    syscall(callNumberOf('seccomp'), SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, memory.address),
    'seccomp',
    'filter on all threads',
  );
}
