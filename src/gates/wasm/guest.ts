import { Locks } from '../../kernel/locks.ts';
import type { KernelProcess } from '../../kernel/process.ts';
import type { Result } from '../../kernel/result.ts';
import { type Job, Threads } from '../../kernel/threads.ts';
import { WaitingRoom } from '../../kernel/waiting.ts';
import type { DirectKernel } from './direct/direct.ts';
import type { GuestMemory } from './memory.ts';

/** The threads of a process, as the faces see them on one of them. */
export type GuestThreads = {
  readonly table: Threads;
  readonly room: WaitingRoom;
  readonly locks: Locks;
  /** Starts a thread and returns its number; `undefined` when the program can have only one. */
  start?: (job: Job) => Result;
};

/** The threads of a program that has one. */
export function oneThread(memory: GuestMemory): GuestThreads {
  const table = new Threads();
  const room = new WaitingRoom(0);
  return { table, room, locks: new Locks(memory, room, () => table.tid, true) };
}

/** The state that the faces of a wasm process work on, on one of its threads. */
export type Guest = {
  readonly process: KernelProcess;
  readonly memory: GuestMemory;
  readonly threads: GuestThreads;
  /** The part of the kernel without JavaScript, of a process that has one thread for ever. */
  readonly direct?: DirectKernel;
  /** Encoded argdata. */
  readonly argdata: Uint8Array;
  /** WASI arguments, each NUL-terminated. */
  readonly arguments: readonly Uint8Array[];
  /** WASI environment as NAME=VALUE, each NUL-terminated. */
  readonly environment: readonly Uint8Array[];
  /** Names of preopened directories by descriptor number. */
  readonly preopens: Map<number, Uint8Array>;
  /**
   * The code with which the program has asked to end, why it gave up, or what it has put in its own place; or the lock
   * that its thread gives up at its end.
   */
  readonly exit: { code?: number; message?: string; successor?: NextProgram; threadLock?: number };
  /** Makes a module ready to run in the place of this one; absent where none can. Throws ModuleError. */
  readonly load?: (module: Uint8Array) => Runnable;
};

/** A module and the memory that it imports; it may have its own instead. */
export type Runnable = {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory | undefined;
  /** The import by which it gets that memory. */
  readonly memoryImport?: { readonly module: string; readonly name: string } | undefined;
  /** Pages that this memory has for the program at most, when the module's growth is fixed (fixed-growth.ts). */
  readonly ceiling?: number | undefined;
};

/** A program that takes the place of another in its process. */
export type NextProgram = {
  readonly program: Runnable;
  readonly argdata: Uint8Array;
};

/** A module's imports from one import module: functions by name. */
export type Imports = Record<string, (...values: never[]) => number | undefined>;

/** A module whose one function traps: `(module (func (export "trap") unreachable))`. */
const TRAP = '0061736d010000000104016000000302010007080104747261700000' + '0a05010300000b';

/**
 * Ends the program from within one of its calls. What unwinds it is a trap and no JavaScript exception, because
 * modules can catch those (`catch_all`) and would go on.
 */
export function endProgram(guest: Guest, code: number): never {
  guest.exit.code = code;
  return trapProgram();
}

/**
 * Ends the program from within one of its calls, and lets another take its place (start.ts). Its descriptors must be
 * those of the other already. A program with several threads must have ended all others before.
 */
export function replaceProgram(guest: Guest, successor: NextProgram): never {
  guest.exit.successor = successor;
  return trapProgram();
}

/** Ends this thread of the program likewise; a lock is given up when its stack is no longer used. */
export function endThread(guest: Guest, lock: number): never {
  guest.exit.threadLock = lock;
  return trapProgram();
}

let trap: WebAssembly.ExportValue | undefined;

/** Lets the program trap within one of its calls, where it made one that has no way to answer. */
export function trapProgram(): never {
  trap ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(TRAP, 'hex'))).exports['trap'];
  if (typeof trap === 'function') trap();
  throw new Error('The program has ended');
}
