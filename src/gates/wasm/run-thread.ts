import { Cookies } from '../../kernel/cookies.ts';
import { type KernelRefusal, reportRefusals } from '../../kernel/new-process.ts';
import { KernelProcess } from '../../kernel/process.ts';
import { SharedDescriptorTable } from '../../kernel/shared-descriptors.ts';
import type { Job } from '../../kernel/threads.ts';
import type { WasmExit } from './exit.ts';
import type { Guest } from './guest.ts';
import { endingCalls, importsFor, withMemory } from './imports.ts';
import { JobKind } from './job.ts';
import { GuestMemory } from './memory.ts';
import { newGuest } from './new-guest.ts';
import { THREAD_START } from './thread-spawn.ts';
import { allowThreads, type WorkerStart, workerThreads } from './threads.ts';
import { reasonOfTrap } from './trap.ts';

/** Duties of a worker besides running threads. */
export type WorkerDuties = {
  /** Ends the process: one of its threads has ended it, or trapped, or was the last. */
  readonly end: (exit: WasmExit) => never;
  /** Called for every refused operation. */
  readonly onRefused?: (refusal: KernelRefusal) => void;
};

/**
 * The whole life of a worker: runs one thread of the program after the other, each in an instance of its own over the
 * shared memory. The process is in capability mode already, and its threads with it.
 */
export function runThreads(start: WorkerStart, { end, onRefused }: WorkerDuties): never {
  const memory = new GuestMemory();
  memory.attach(start.memory, start.ceiling);
  const threads = workerThreads(memory, start);
  const descriptors = new SharedDescriptorTable(start.descriptors);
  const process = new KernelProcess(descriptors, new Cookies(start.cookies));
  if (onRefused !== undefined) {
    reportRefusals(process, (refusal) => threads.table.speaking.during(() => onRefused(refusal)));
  }
  const guest = newGuest(start.data, process, memory, threads);
  allowThreads(threads, descriptors, start);
  const imports = withMemory(endingCalls(importsFor(guest), guest), start);
  const { table } = threads;
  const instantiate = (): WebAssembly.Instance => new WebAssembly.Instance(start.module, imports);
  const finish = (exit: WasmExit): never => {
    table.claimEnd();
    return end(exit);
  };
  let instance: WebAssembly.Instance | undefined;
  for (;;) {
    const job = table.nextJob();
    try {
      instance ??= instantiate();
      enter(instance, job, table.tid);
    } catch (error) {
      const { code, threadLock } = guest.exit;
      if (code !== undefined) return finish({ kind: 'exited', code });
      if (threadLock === undefined) return finish({ kind: 'trapped', message: reasonOfTrap(guest, error) });
    }
    instance = undefined;
    if (endThisThread(guest)) return finish({ kind: 'exited', code: 0 });
    // Done before a thread waits for it: an instance takes longer to make than a thread to wake.
    try {
      instance = instantiate();
    } catch {
      // The next thread will find out why.
    }
  }
}

/**
 * A thread of the program is over and its stack no longer used. Returns true when it was the last.
 *
 * The step that others wait for comes last: they may start another thread at once, and this worker is then ready for
 * it.
 */
export function endThisThread({ exit, threads, process }: Guest): boolean {
  const lock = exit.threadLock;
  delete exit.threadLock;
  process.descriptors.endCall();
  const last = threads.table.finish();
  if (lock !== undefined) threads.locks.unlock(lock);
  return last;
}

/** Runs a thread to its end, which it reaches by returning or by a trap of ours. */
function enter({ exports }: WebAssembly.Instance, [kind, first, second, third]: Job, tid: number): void {
  if (kind === JobKind.wasi) {
    const begin = exports[THREAD_START];
    if (typeof begin !== 'function') throw new Error(`The module exports no function ${THREAD_START}`);
    return void Reflect.apply(begin, undefined, [tid, first]);
  }
  const { __indirect_function_table: table, __stack_pointer: stack } = exports;
  const index = first >>> 0;
  const entry = table instanceof WebAssembly.Table && index < table.length ? table.get(index) : undefined;
  if (!(stack instanceof WebAssembly.Global) || typeof entry !== 'function') {
    throw new Error(
      `A thread was to start at function ${index}, which does not exist or cannot be given a stack`,
    );
  }
  stack.value = third;
  Reflect.apply(entry, undefined, [tid, second]);
  throw new Error('A thread returned from its entry point; it ends by thread_exit');
}
