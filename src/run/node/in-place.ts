import { keepCode } from '../../gates/node/cache.ts';
import { STDERR } from '../../host/files/standard-streams.ts';
import { forgetEnvironment } from '../../host/processes/environment.ts';
import { resetSignal } from '../../host/processes/own-process.ts';
import type { NodePlan, Plan } from '../../plan/plan-types.ts';
import { settle, TERMINATING } from '../../process/process-state.ts';
import { FdResource } from '../../resources/fd.ts';
import type { Mechanism } from '../../walls/confinement.ts';
import { openPlan } from '../open.ts';
import { startNode } from './start.ts';
import { becomeStreams, keepGranted } from './streams.ts';

/** Tells whether a plan grants the standard error of this process. */
export function hasStandardError({ grants }: Plan): boolean {
  return grants.some(({ resource }) => resource instanceof FdResource && resource.number === STDERR);
}

/**
 * Makes this very process the program of a plan in TypeScript or JavaScript. A wall-clock limit has no effect, and
 * refusals are not reported: `launchPlan` does both.
 *
 * @throws ResourceError, LinkError, MissingMechanismError: the program was not started and this process goes on.
 */
export async function runNodeInPlace(plan: NodePlan, accept: readonly Mechanism[] = []): Promise<never> {
  const opened = openPlan(plan, { accept });
  const { command, program } = plan;
  keepCode(program.bytes);
  try {
    settle();
    forgetEnvironment();
    TERMINATING.forEach(resetSignal);
    const descriptors = command === undefined ? opened.descriptors : becomeStreams(opened.descriptors);
    const keep = command === undefined ? keepGranted(descriptors) : [];
    const run = await startNode({
      path: program.path,
      linked: program.bytes,
      argdata: plan.encoded,
      descriptors,
      command,
      keep,
      canPrint: true,
      threads: program.threads,
      hasNetwork: false,
      asksServices: false,
      network: undefined,
      services: [],
      processes: [],
      served: [],
      memoryLimit: plan.limits.memory,
      accept,
    });
    run();
  } catch (error) {
    opened.abandon();
    throw error;
  }
  // The process goes on as long as the program waits for something.
  return await new Promise<never>(() => undefined);
}
