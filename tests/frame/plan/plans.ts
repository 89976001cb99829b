// Plans of one kind, for tests that look into them.

import { type PlanOptions, plan } from '../../../src/plan/plan.ts';
import type { LinuxPlan, ServedPlan } from '../../../src/plan/plan-types.ts';

/** Plans a Linux program. */
export function planLinux(program: string, argdata?: unknown, options?: PlanOptions): LinuxPlan {
  const made = plan(program, argdata, options);
  if (made.kind !== 'linux') throw new TypeError(`${program} is no Linux program`);
  return made;
}

/** Plans a module, or a program in TypeScript or JavaScript. */
export function planServed(program: string, argdata?: unknown, options?: PlanOptions): ServedPlan {
  const made = plan(program, argdata, options);
  if (made.kind === 'linux') throw new TypeError(`${program} is a Linux program`);
  return made;
}
