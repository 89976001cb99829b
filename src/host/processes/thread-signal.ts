import { architecture } from '../../linux/architecture.ts';
import { SA_ONSTACK, SA_RESTART, SA_RESTORER, SA_SIGINFO, SI_QUEUE, SIGSETXID } from '../../linux/signals.ts';
import type { NativeMemory } from '../memory.ts';
import { handlerAddress, restorerAddress } from '../syscall.ts';

/**
 * The signal by which a thread runs a list of system calls. glibc keeps it for itself and never lets a program block it, so
 * it reaches even the thread in which Node waits for SIGUSR1 with every other signal blocked. musl does the same with its
 * own numbers.
 */
export const THREAD_SIGNAL: number = SIGSETXID;

/** The offset of the `siginfo_t` behind the `struct sigaction`. */
export const INFORMATION = 128;

/**
 * Writes a `struct sigaction` whose handler runs a list, and the `siginfo_t` that names it (rt_tgsigqueueinfo(2)).
 *
 * @param list Address of the list (machine-code.ts).
 * @param blocked The set of signals that stay blocked meanwhile.
 */
export function writeThreadAction({ view }: NativeMemory, list: number, blocked = 0n): void {
  const flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | (architecture === 'x64' ? SA_RESTORER : 0);
  view.setBigUint64(0, BigInt(handlerAddress), true);
  view.setBigUint64(8, BigInt(flags), true);
  view.setBigUint64(16, BigInt(restorerAddress), true);
  view.setBigUint64(24, blocked, true);
  view.setInt32(INFORMATION, THREAD_SIGNAL, true);
  view.setInt32(INFORMATION + 8, SI_QUEUE, true);
  view.setInt32(INFORMATION + 16, process.pid, true);
  view.setBigUint64(INFORMATION + 24, BigInt(list), true);
}
