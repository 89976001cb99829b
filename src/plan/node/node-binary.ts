import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { handOnNothing } from '../../host/files/inheritance.ts';
import { makePipe } from '../../host/files/new-descriptors.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { entryPoint } from '../entry-points.ts';
import type { ProgramKind } from '../plan-types.ts';

/** Kinds of process that are Node's: programs, and the services beside them. */
export type NodeKind = Exclude<ProgramKind, 'linux'> | 'services';

/** The entry point of each kind. */
const entryPoints: Readonly<Record<NodeKind, string>> = {
  wasm: `${entryPoint('wasm-process')}.js`,
  node: `${entryPoint('node-process')}.js`,
  services: `${entryPoint('service-process')}.js`,
  elf: `${entryPoint('elf-process')}.js`,
};

/**
 * Options of Node for processes of services: one thread of V8 for compiling and collecting garbage, instead of four. A busy process
 * takes 14.5 MB of memory then in the place of 16.5, and no more time for a request. Options of V8 itself would make it reject its code cache.
 */
const FEW_THREADS: readonly string[] = ['--v8-pool-size=1'];

/**
 * Starts Node for a program, in a session of its own: no controlling terminal, and signals of the terminal come through
 * `Process.signal` only. This is the only place where it is started.
 *
 * @param stdio All descriptors it gets; it puts itself into capability mode.
 * @throws ResourceError when no process can be started.
 */
export function startNodeBinary(kind: NodeKind, stdio: StdioOptions): ChildProcess {
  // It closes foreign descriptors, but cannot tell an inherited event counter from one of its own.
  handOnNothing();
  try {
    checkRoom(stdio.length);
    const child = spawn(process.execPath, [...(kind === 'services' ? FEW_THREADS : []), entryPoints[kind]], {
      stdio,
      // An event loop that goes on behind the walls: no filter of system calls sees operations of a ring.
      env: kind === 'node' || kind === 'services' ? { UV_USE_IO_URING: '0' } : {},
      cwd: '/',
      detached: true,
    });
    if (child.pid !== undefined) return child;
    // It must go no further: a signal to it would go to process 0, which is our own group. Node says why only later.
    child.once('error', () => undefined);
    throw new Error('the host has no room for one more');
  } catch (error) {
    throw new ResourceError(`Cannot start a process: ${reasonOf(error)}`, undefined);
  }
}

/** Descriptors that Node needs for a moment: a pipe by which it hears of failures, and both ends of one that it makes. */
const FOR_A_MOMENT = 4;

/**
 * Makes sure that there is room for as many descriptors. Where there is none, Node would lose one.
 *
 * @throws SystemError
 */
function checkRoom(inherited: number): void {
  const opened: number[] = [];
  try {
    while (opened.length < inherited + FOR_A_MOMENT) {
      const { read, write } = makePipe();
      opened.push(read, write);
    }
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
