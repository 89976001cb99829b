import type { KernelProcess } from '../../kernel/process.ts';
import type { Guest, GuestThreads } from './guest.ts';
import type { GuestMemory } from './memory.ts';

/** The data that a program is told at its start, as data that can be handed to another thread. */
export type ProgramData = {
  /** Encoded argdata. */
  readonly argdata: Uint8Array;
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Names of preopened directories by descriptor number. */
  readonly preopens: readonly (readonly [descriptor: number, name: string])[];
};

function terminated(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

/**
 * Makes the state that the faces work on, on one thread. Each thread knows the preopened directories of its process's
 * start.
 */
export function newGuest(
  data: ProgramData,
  process: KernelProcess,
  memory: GuestMemory,
  threads: GuestThreads,
): Guest {
  return {
    process,
    memory,
    threads,
    argdata: data.argdata,
    arguments: data.arguments.map(terminated),
    environment: data.environment.map(([name, value]) => terminated(`${name}=${value}`)),
    preopens: new Map(data.preopens.map(([descriptor, name]) => [descriptor, Buffer.from(name)])),
    exit: {},
  };
}
