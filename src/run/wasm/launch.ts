import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { startNodeBinary } from '../../plan/node/node-binary.ts';
import type { WasmPlan } from '../../plan/plan-types.ts';
import { Handle } from '../../process/handle.ts';
import { NodeChild } from '../../process/node-child.ts';
import type { LaunchOptions } from '../../process/options.ts';
import type { Process } from '../../process/process.ts';
import { startOf, writeStartFile } from '../../process/start-file.ts';
import { openPlan } from '../open.ts';

/**
 * Starts a WebAssembly module in a process of Node's.
 *
 * @throws ResourceError: nothing was started.
 */
export function launchWasm(plan: WasmPlan, options: LaunchOptions): Process {
  const opened = openPlan(plan);
  const { descriptors } = opened;
  let child: ChildProcess;
  try {
    const startFile = writeStartFile(
      startOf(plan, options, { descriptors, parent: process.pid, streams: [] }),
      plan.encoded,
      plan.program.bytes,
    );
    try {
      // The order is that of `Inherited`.
      const hosts = descriptors.map(({ host }) => host);
      child = startNodeBinary('wasm', ['ignore', 'ignore', 'ignore', 'pipe', startFile, ...hosts]);
    } finally {
      closeSync(startFile);
    }
  } catch (error) {
    opened.abandon();
    throw error;
  }
  if (child.pid === undefined) opened.abandon();
  else opened.close();
  const reports = child.stdio[3];
  const running = new NodeChild(plan, child, reports instanceof Socket ? reports : undefined, options);
  return new Handle(running, options);
}
