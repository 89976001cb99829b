import { Errno } from '../../abi/generated/constants.ts';
import type { Guest, Imports } from './guest.ts';
import { JobKind } from './job.ts';

/** The import module of the wasi-threads convention. */
export const THREADS_MODULE = 'wasi';

/** The function of the wasi-threads convention that a program exports: a thread starts there. */
export const THREAD_START = 'wasi_thread_start';

/**
 * The wasi-threads convention: a program with a thread-capable wasi-libc imports this one function. The new thread
 * has an instance of its own over the same memory and starts at `wasi_thread_start`.
 */
export function threadImports({ threads }: Guest): Imports {
  return {
    /** Starts a thread; its number, or minus an `Errno`. */
    'thread-spawn'(argument: number): number {
      return threads.start?.([JobKind.wasi, argument, 0, 0]) ?? -Errno.nosys;
    },
  };
}
