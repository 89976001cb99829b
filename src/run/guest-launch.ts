import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { ModuleNetwork } from '../broker/module-network.ts';
import { startNodeBinary } from '../plan/node/node-binary.ts';
import type { ElfPlan, WasmPlan } from '../plan/plan-types.ts';
import { Handle } from '../process/handle.ts';
import { NodeChild } from '../process/node-child.ts';
import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';
import { startOf, writeStartFile } from '../process/start-file.ts';
import { rulesOf, socketFor } from '../resources/hosts.ts';
import { NetworkResource } from '../resources/network-resource.ts';
import type { OpenedNetwork } from '../resources/resource.ts';
import { openPlan } from './open.ts';

/** Plans of programs whose descriptors are all held by our kernel. */
type GuestPlan = WasmPlan | ElfPlan;

/**
 * Starts a program whose calls our kernel makes, in a process of Node's for that kernel.
 *
 * @throws ResourceError: nothing was started.
 */
export function launchGuest(plan: GuestPlan, options: LaunchOptions): Process {
  const opened = openPlan(plan, options.accept);
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
      child = startNodeBinary(plan.kind, ['ignore', 'ignore', 'ignore', 'pipe', startFile, ...hosts]);
    } finally {
      closeSync(startFile);
    }
  } catch (error) {
    opened.abandon();
    throw error;
  }
  // Taken before our copies are closed: the module has the other ends.
  const networks = child.pid === undefined ? [] : opened.takeNetworks();
  if (child.pid === undefined) opened.abandon();
  else opened.close();
  const answering = networks.flatMap((network) => answer(network, plan, child, options));
  const reports = child.stdio[3];
  const running = new NodeChild(plan, child, reports instanceof Socket ? reports : undefined, options);
  void running.exited.then(() => {
    for (const one of answering) one.close();
  });
  return new Handle(running, options);
}

/** Begins to connect for a module, as its rules allow. */
function answer(
  { resource, socket }: OpenedNetwork,
  { program }: GuestPlan,
  { pid = 0 }: ChildProcess,
  { onRefusedConnection: onRefused }: LaunchOptions,
): ModuleNetwork[] {
  if (!(resource instanceof NetworkResource)) return [];
  const { grant } = resource;
  const process = { pid, executable: program.path };
  const options = { rules: rulesOf(grant), resolver: grant.resolver, onRefused, process };
  return [new ModuleNetwork(socket, { ...options, socketFor: (rule) => socketFor(grant, rule) })];
}
