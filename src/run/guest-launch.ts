import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { startNodeBinary } from '../plan/node/node-binary.ts';
import type { ElfPlan, WasmPlan } from '../plan/plan-types.ts';
import { Handle } from '../process/handle.ts';
import { NodeChild } from '../process/node-child.ts';
import type { LaunchOptions } from '../process/options.ts';
import type { Process } from '../process/process.ts';
import { startOf, writeStartFile } from '../process/start-file.ts';
import { NetworkResource } from '../resources/network-resource.ts';
import { GuestNetwork } from './guest-network.ts';
import { networkLost } from './network-lost.ts';
import { openPlan } from './open.ts';

/** Plans of programs whose descriptors are all held by our kernel. */
type GuestPlan = WasmPlan | ElfPlan;

/**
 * Starts a program whose calls our kernel makes, in a process of Node's for that kernel.
 *
 * @throws ResourceError: nothing was started.
 */
export function launchGuest(plan: GuestPlan, options: LaunchOptions): Process {
  const opened = openPlan(plan, options);
  const { descriptors } = opened;
  let child: ChildProcess;
  let lose: () => void = () => undefined;
  const networks: GuestNetwork[] = [];
  const closeNetworks = (): void => {
    for (const network of networks) network.close();
  };
  try {
    for (const { resource } of plan.grants)
      if (resource instanceof NetworkResource)
        networks.push(
          new GuestNetwork(resource.grant, { onRefused: options.onRefusedConnection, onLost: () => lose() }),
        );
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
    closeNetworks();
    opened.abandon();
    throw error;
  }
  const { pid } = child;
  if (pid === undefined) opened.abandon();
  else {
    // Taken before our copies are closed: the module has the other ends.
    for (const [index, { socket }] of opened.takeNetworks().entries())
      networks[index]?.begin(socket, { pid, executable: plan.program.path });
    opened.close();
  }
  const reports = child.stdio[3];
  const running = new NodeChild(plan, child, reports instanceof Socket ? reports : undefined, options);
  lose = () => running.end(networkLost);
  void running.exited.then(closeNetworks);
  void opened.servicesLost?.then((reason) => running.end(reason));
  return new Handle(running, options);
}
