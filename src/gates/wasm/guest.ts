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
  /** The code with which the program has asked to end, or why it gave up, once it has. */
  readonly exit: { code?: number; message?: string };
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

/** Lets the program trap within one of its calls, where it made one that has no way to answer. */
export function trapProgram(): never {
  const { trap } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(TRAP, 'hex'))).exports;
  if (typeof trap === 'function') trap();
  throw new Error('The program has ended');
}
