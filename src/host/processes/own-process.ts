import { callNumberOf } from '../../linux/system-calls.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

/**
 * Ends this process at once, on all threads. Node's own exit puts terminals back and asks the host for things a
 * process in capability mode no longer has; nothing of ours is left to be flushed.
 *
 * @param code Exit status; the host keeps its low 8 bits.
 */
export function endProcess(code: number): never {
  for (;;) syscall(callNumberOf('exit_group'), code & 0xff);
}

/** Restores the default action of a signal for this process, in spite of Node's handlers. */
export function raiseSignal(signal: number): void {
  resetSignal(signal);
  syscall(callNumberOf('tgkill'), process.pid, syscall(callNumberOf('gettid')), signal);
}

let defaultAction: NativeMemory | undefined;

/** Gives a signal its default action. */
export function resetSignal(signal: number): void {
  defaultAction ??= new NativeMemory(64);
  syscall(callNumberOf('rt_sigaction'), signal, defaultAction.address, 0, 8);
}
