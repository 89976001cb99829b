import { fieldOf } from '../control/json-lines.ts';
import { packedPlan, type RunningProgram } from '../control/registry.ts';
import { unpackPlan } from '../plan/pack-plan.ts';
import type { Plan } from '../plan/plan-types.ts';
import { withCurrentPolicy, withCurrentRules } from '../plan/running-plan.ts';
import { openControl, runningProgram } from './running.ts';

/**
 * Reads the plan of a running program, with the rules of its network and about its files as they are now.
 *
 * @throws UsageError when no program has the name, Error when its command does not answer.
 */
export async function planOfRunning(name: string): Promise<Plan> {
  const running = runningProgram(name);
  const plan = unpackPlan(packedPlan(running));
  const state = await controlStateOf(running);
  const policy = fieldOf(state, 'policy') ?? null;
  const ruled = policy === null ? plan : withCurrentPolicy(plan, textsIn(policy, 'rules'));
  const network = fieldOf(state, 'network') ?? null;
  if (network === null) return ruled;
  return withCurrentRules(ruled, { hosts: textsIn(network, 'hosts'), except: textsIn(network, 'except') });
}

function textsIn(value: unknown, field: string): readonly string[] {
  const items = fieldOf(value, field);
  return Array.isArray(items) ? items.map(String) : [];
}

/**
 * Asks the command of a running program for what changes; `undefined` where the command only waits.
 *
 * @throws Error when it does not answer.
 */
export async function controlStateOf(running: RunningProgram): Promise<unknown> {
  const client = await openControl(running);
  if (client === undefined) return undefined;
  try {
    return await client.ask('state');
  } finally {
    client.close();
  }
}
