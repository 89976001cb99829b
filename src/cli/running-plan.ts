import { fieldOf } from '../control/json-lines.ts';
import { packedPlan, type RunningProgram } from '../control/registry.ts';
import { unpackPlan } from '../plan/pack-plan.ts';
import type { Plan } from '../plan/plan-types.ts';
import { withCurrentRules } from '../plan/running-plan.ts';
import { runningProgram } from './running.ts';

/**
 * Reads the plan of a running program, with the rules of its network as they are now.
 *
 * @throws UsageError when no program has the name, Error when its command does not answer.
 */
export async function planOfRunning(name: string): Promise<Plan> {
  const running = runningProgram(name);
  const plan = unpackPlan(packedPlan(running));
  const network = fieldOf(await controlStateOf(running), 'network') ?? null;
  if (network === null) return plan;
  const texts = (field: string): readonly string[] => {
    const items = fieldOf(network, field);
    return Array.isArray(items) ? items.map(String) : [];
  };
  return withCurrentRules(plan, { hosts: texts('hosts'), except: texts('except') });
}

/**
 * Asks the command of a running program for what changes; `undefined` where the command only waits.
 *
 * @throws Error when it does not answer.
 */
export async function controlStateOf({ socket }: RunningProgram): Promise<unknown> {
  if (socket === undefined) return undefined;
  const { ControlClient } = await import('../control/line-client.ts');
  const client = await ControlClient.open(socket);
  try {
    return await client.ask('state');
  } finally {
    client.close();
  }
}
