import type { Process } from '../../kernel/process.ts';
import type { GuestMemory } from './memory.ts';

/** What the faces of a wasm process work on. */
export type Guest = {
  readonly process: Process;
  readonly memory: GuestMemory;
  /** Encoded argdata. */
  readonly argdata: Uint8Array;
  /** WASI arguments, each NUL-terminated. */
  readonly arguments: readonly Uint8Array[];
  /** WASI environment as NAME=VALUE, each NUL-terminated. */
  readonly environment: readonly Uint8Array[];
  /** Names of preopened directories by descriptor number. */
  readonly preopens: Map<number, Uint8Array>;
  /** The code with which the program has asked to end, why it gave up, or what it has put in its own place. */
  readonly exit: { code?: number; message?: string; successor?: Successor };
  /** Compiles a module to run in the place of this one; absent where none can. Throws ModuleError. */
  readonly compile?: (module: Uint8Array) => WebAssembly.Module;
};

/** A program that takes the place of another in its process. */
export type Successor = {
  readonly module: WebAssembly.Module;
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
export function replaceProgram(guest: Guest, successor: Successor): never {
  guest.exit.successor = successor;
  return trapProgram();
}

/** Lets the program trap within one of its calls, where it made one that has no way to answer. */
export function trapProgram(): never {
  const { trap } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(TRAP, 'hex'))).exports;
  if (typeof trap === 'function') trap();
  throw new Error('The program has ended');
}
