import { hasAddons } from '../plan/node/addons.ts';
import type { LinuxPlan, NodePlan, Plan } from '../plan/plan-types.ts';
import { ServiceResource } from '../resources/service-resource.ts';
import { becomeWatcher, type HandOverOptions } from '../run/linux/hand-over.ts';
import type { StartedProgram } from '../run/linux/launch.ts';
import { debuggerAddress } from './debugger.ts';

/** The pauses between looks for the program, in milliseconds: at first, and at most. */
const FIRST_LOOK = 2;
const LONGEST_PAUSE = 1000;

/**
 * Tells whether a plan leaves this process nothing to do but wait: no terminal to relay, no ports to publish, no rules of
 * hosts to decide by, no keys to sign with, no services to ask or to work for, no changes to count, no directory to have encrypted, no addon to tell about, and no
 * process that looks at this one itself.
 */
export function leavesNothingToDo(plan: Plan): plan is LinuxPlan | NodePlan {
  if (plan.kind === 'wasm' || plan.kind === 'elf') return false;
  if (worksForServices(plan)) return false;
  if (plan.kind === 'node' ? plan.network !== undefined || hasAddons(plan.program) : !onlyRuns(plan))
    return false;
  return (
    process.execArgv.length === 0 &&
    process.env['NODE_V8_COVERAGE'] === undefined &&
    debuggerAddress() === undefined
  );
}

/** Tells whether this process does a part of the work of services that a program was granted. */
export function worksForServices({ grants }: Pick<Plan, 'grants'>): boolean {
  return grants.some(
    ({ resource }) =>
      resource instanceof ServiceResource && resource.service.asks?.(resource.limits) !== undefined,
  );
}

function onlyRuns({
  linux: { terminal, network, sshAgent, services, entries, rulesState },
}: LinuxPlan): boolean {
  const publishes = network.mode === 'loopback' && network.publish.length > 0;
  const overlays = entries.some(
    (entry) => entry.kind === 'mount' && (entry.overlay !== undefined || entry.encrypt !== undefined),
  );
  return (
    !overlays &&
    rulesState === 'sealed' &&
    !terminal &&
    sshAgent === undefined &&
    services.length === 0 &&
    network.mode !== 'hosts' &&
    !publishes
  );
}

/**
 * Becomes a watcher of a few kilobytes as soon as the program runs. Node has to say why one does not start. A program in
 * TypeScript, after which it takes a Node to read the reports, must have run for a while.
 *
 * @param told The message to the watcher then; `undefined` when this process has something to do after all.
 * @returns Calls it off.
 */
export function letGoSoon(program: StartedProgram, told: () => HandOverOptions | undefined): () => void {
  let timer: NodeJS.Timeout;
  const look = (pause: number): void => {
    timer = setTimeout(() => {
      if (!program.isRunning()) return look(Math.min(2 * pause, LONGEST_PAUSE));
      const options = told();
      if (options !== undefined) becomeWatcher(program, options);
    }, pause);
  };
  look(program.reports === undefined ? FIRST_LOOK : LONGEST_PAUSE);
  return () => clearTimeout(timer);
}
