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
};

/** A module's imports from one import module: functions by name. */
export type Imports = Record<string, (...values: never[]) => number | undefined>;

/** Thrown out of a call to unwind a module that has asked to end. */
export class ProgramExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`The program exits with code ${exitCode}`);
    this.exitCode = exitCode;
  }
}
