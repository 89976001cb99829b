import { readFileSync } from 'node:fs';
import { RLIMIT_DATA } from '../../linux/processes.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';
import { check } from '../system-error.ts';

/** Memory in which limits are read and written: memory that is mapped stays. */
let room: NativeMemory | undefined;

/** Bytes of writable memory of its own that this process has. */
function memoryNow(): number {
  return Number(/^VmData:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
}

function setLimits(soft: bigint, hard: bigint): void {
  room ??= new NativeMemory(16);
  room.view.setBigUint64(0, soft, true);
  room.view.setBigUint64(8, hard, true);
  check(syscall(callNumberOf('prlimit64'), 0, RLIMIT_DATA, room.address, 0), 'prlimit64', 'RLIMIT_DATA');
}

/**
 * Lets this process have no more than some bytes of writable memory of its own beyond what it has now (setrlimit(2),
 * RLIMIT_DATA). For good, when the process may not raise limits.
 *
 * @throws SystemError
 */
export function limitOwnMemory(more: number): void {
  const most = BigInt(memoryNow() + more);
  setLimits(most, most);
}
