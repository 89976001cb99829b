import type { Calls } from '../../../abi/generated/calls.ts';
import { Errno } from '../../../abi/generated/constants.ts';
import { newThreadattr, readThreadattr32 } from '../../../abi/generated/structs.ts';
import { syscall } from '../../../host/syscall.ts';
import { callNumberOf } from '../../../linux/system-calls.ts';
import { endThread, type Guest } from '../guest.ts';
import { JobKind } from '../job.ts';
import { outcome } from './outcome.ts';

const SCHED_YIELD = callNumberOf('sched_yield');

/** The alignment of the stack in WebAssembly's C ABI, in bytes. */
const STACK_ALIGNMENT = 16;

/**
 * Threads, and the calls that give up locks and wake waiting threads; `poll` waits. The kind of a lock's memory makes no
 * difference: a module's memory is never part of another process.
 */
export function threadCalls(
  guest: Guest,
): Pick<Calls, 'condvar_signal' | 'lock_unlock' | 'thread_create' | 'thread_exit' | 'thread_yield'> {
  const { threads, memory } = guest;
  const attributes = newThreadattr();
  return {
    condvar_signal(condvar, _scope, count) {
      threads.locks.signal(condvar, count);
      return Errno.success;
    },
    lock_unlock: (lock) => outcome(threads.locks.unlock(lock)),
    thread_create(attr, results) {
      const { entry_point, stack, stack_len, argument } = readThreadattr32(memory.view, attr, attributes);
      if (!memory.covers(stack, stack_len)) return Errno.fault;
      const top = stack + stack_len - ((stack + stack_len) % STACK_ALIGNMENT);
      const tid = threads.start?.([JobKind.cloudabi, entry_point, argument, top]) ?? -Errno.nosys;
      results.tid = tid;
      return outcome(tid);
    },
    thread_exit: (lock) => endThread(guest, lock),
    thread_yield() {
      syscall(SCHED_YIELD);
      return Errno.success;
    },
  };
}
