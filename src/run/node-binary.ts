import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { handOnNothing } from '../host/inheritance.ts';
import type { ProgramKind } from './plan-types.ts';

/** Kinds of program that run in a process of Node's. */
export type NodeKind = Exclude<ProgramKind, 'linux'>;

/** The entry points of processes; the same from a file of the library and from a bundled command. */
const entryPoints: Readonly<Record<NodeKind, string>> = {
  wasm: fileURLToPath(new URL('../bin/wasm-process.js', import.meta.url)),
  node: fileURLToPath(new URL('../bin/node-process.js', import.meta.url)),
};

/**
 * Starts Node for a program, in a session of its own: no controlling terminal, and signals of the terminal come through
 * `Process.signal` only. This is the only place where it is started.
 *
 * @param stdio All descriptors it gets; it puts itself into capability mode.
 */
export function startNodeBinary(kind: NodeKind, stdio: StdioOptions): ChildProcess {
  // It closes what it was not granted, but cannot tell an inherited event counter from one of its own.
  handOnNothing();
  return spawn(process.execPath, [entryPoints[kind]], {
    stdio,
    // What goes through a ring, no filter of system calls sees.
    env: kind === 'node' ? { UV_USE_IO_URING: '0' } : {},
    cwd: '/',
    detached: true,
  });
}
