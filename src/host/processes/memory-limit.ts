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
  const now = memoryNow();
  const limit = new NativeMemory(16);
  limit.view.setBigUint64(0, BigInt(now + more), true);
  limit.view.setBigUint64(8, BigInt(now + more), true);
  check(syscall(callNumberOf('prlimit64'), 0, RLIMIT_DATA, limit.address, 0), 'prlimit64', 'RLIMIT_DATA');
}

/** Where limits are read and written: memory that is mapped stays. */
let room: NativeMemory | undefined;

/** Bytes of writable memory of its own that this process has. */
function memoryNow(): number {
  return Number(/^VmData:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
}

/**
 * Runs something while this process, and each that it starts then, may have no more than some bytes of writable memory of
 * its own beyond what this one has now (setrlimit(2), RLIMIT_DATA).
 *
 * @throws SystemError when the limit cannot be set; what `run` throws.
 */
export function withMemoryLimit<T>(more: number, run: () => T): T {
  room ??= new NativeMemory(32);
  const limits = room;
  const call = callNumberOf('prlimit64');
  check(syscall(call, 0, RLIMIT_DATA, 0, limits.address), 'prlimit64', 'RLIMIT_DATA');
  const before = limits.view.getBigUint64(0, true);
  const hard = limits.view.getBigUint64(8, true);
  const most = BigInt(memoryNow() + more);
  const set = (soft: bigint): void => {
    limits.view.setBigUint64(16, soft, true);
    limits.view.setBigUint64(24, hard, true);
    check(syscall(call, 0, RLIMIT_DATA, limits.at(16), 0), 'prlimit64', 'RLIMIT_DATA');
  };
  set(most < before ? most : before);
  try {
    return run();
  } finally {
    set(before);
  }
}
