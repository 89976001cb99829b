import { Worker } from 'node:worker_threads';
import { Errno } from '../../abi/generated/constants.ts';
import { Locks } from '../../kernel/locks.ts';
import type { Result } from '../../kernel/result.ts';
import type { SharedDescriptorTable } from '../../kernel/shared-descriptors.ts';
import { type Job, Threads } from '../../kernel/threads.ts';
import { WaitingRoom } from '../../kernel/waiting.ts';
import { THREAD_LOADER, type ThreadProgram } from '../thread-program.ts';
import { CLOUDABI_MODULE } from './cloudabi/index.ts';
import type { GuestThreads, Runnable } from './guest.ts';
import type { GuestMemory } from './memory.ts';
import type { CompiledModule } from './module.ts';
import type { ProgramData } from './new-guest.ts';
import { THREADS_MODULE } from './thread-spawn.ts';

/** The things that the threads of a process have in common, as data that can be handed from one to the next. */
export type SharedProgram = Runnable & {
  readonly memory: WebAssembly.Memory;
  readonly data: ProgramData;
  readonly program: ThreadProgram;
  readonly descriptors: SharedArrayBuffer;
  readonly cookies: SharedArrayBuffer;
  readonly threads: SharedArrayBuffer;
  readonly room: SharedArrayBuffer;
  /** The most threads that there may be. */
  readonly limit: number;
  /** The launcher's word to the threads, about the end of the process for example. */
  readonly ending: unknown;
};

/** The data for a new worker. */
export type WorkerStart = SharedProgram & { readonly worker: number };

/** Tells whether a module can make threads: it imports a call that does, and memory to share. */
export function makesThreads({ module, memory }: CompiledModule): boolean {
  return (
    memory?.shared === true &&
    WebAssembly.Module.imports(module).some(
      ({ module: from, name }) =>
        from === THREADS_MODULE || (from === CLOUDABI_MODULE && name === 'thread_create'),
    )
  );
}

/** The threads of a process, as its first thread sees them. */
export function firstThread(memory: GuestMemory, limit?: number): GuestThreads {
  const table = new Threads(limit);
  const room = new WaitingRoom(0);
  return { table, room, locks: new Locks(memory, room, () => table.tid) };
}

/** The same as a worker sees them. */
export function workerThreads(
  memory: GuestMemory,
  { limit, worker, threads, room }: WorkerStart,
): GuestThreads {
  const table = new Threads(limit, worker, threads);
  const own = new WaitingRoom(worker, room);
  return { table, room: own, locks: new Locks(memory, own, () => table.tid) };
}

/** The time in which the first worker must come up, in nanoseconds. */
const PATIENCE = 20_000_000_000n;

/**
 * Lets the program start threads.
 *
 * @param descriptors The process's, as this thread sees them.
 */
export function allowThreads(
  threads: GuestThreads,
  descriptors: SharedDescriptorTable,
  common: Omit<SharedProgram, 'descriptors' | 'threads' | 'room'>,
): void {
  const { table, room } = threads;
  const shared: SharedProgram = {
    ...common,
    descriptors: descriptors.buffer,
    threads: table.buffer,
    room: room.buffer,
  };
  threads.start = (job: Job): Result => {
    const assigned = table.assign(job);
    if (typeof assigned === 'number') return assigned;
    const { tid, newWorker } = assigned;
    return newWorker === undefined || makeWorker(shared, newWorker, table) ? tid : -Errno.again;
  };
}

/** Workers must stay referenced: one that is collected ends its thread. */
const workers: Worker[] = [];

function makeWorker(shared: SharedProgram, worker: number, table: Threads): boolean {
  const workerData: WorkerStart = { ...shared, worker };
  try {
    // Its standard streams are pipes to us that are not read; without that, Node would open ours.
    const options = { eval: true, workerData, env: {}, execArgv: [], stdout: true, stderr: true };
    const made = new Worker(THREAD_LOADER, options);
    // Any error in it ends the process; an event without a listener must not do it in another way.
    made.on('error', () => undefined);
    workers.push(made);
  } catch {
    table.withdraw(worker);
    return false;
  }
  // That a thread of this host's Node comes up in capability mode, the first one shows; it is better to wait for it
  // once than to let a program wait for ever for a thread that never runs.
  return workers.length > 1 || worker > 1 || table.awaitStart(worker, PATIENCE);
}
