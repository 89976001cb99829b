import { readFileSync } from 'node:fs';
import { check } from '../errno.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { callNumberOf } from '../system-calls.ts';

const RLIMIT_DATA = 2;

/**
 * Lets this process have no more than some bytes of writable memory of its own beyond what it has now (setrlimit(2),
 * RLIMIT_DATA). For good, when the process may not raise limits.
 *
 * @throws SystemError
 */
export function limitMemory(more: number): void {
  const now = Number(/^VmData:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  const limit = new NativeMemory(16);
  limit.view.setBigUint64(0, BigInt(now + more), true);
  limit.view.setBigUint64(8, BigInt(now + more), true);
  check(syscall(callNumberOf('prlimit64'), 0, RLIMIT_DATA, limit.address, 0), 'prlimit64', 'RLIMIT_DATA');
}
