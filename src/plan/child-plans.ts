import type { Plan } from './plan-types.ts';

/** The plan of a program that is started with another one. */
export type ChildPlan = {
  /** The grant that starts it, such as `!process worker.wasm` or `program 'gh' of service program`. */
  readonly from: string;
  readonly plan: Plan;
};

/** A plan is plain data about one program: those of others stand beside it. */
const kept = new WeakMap<Plan, readonly ChildPlan[]>();

/** Keeps the plans of the programs that are started with another. */
export function keepChildPlans(plan: Plan, children: readonly ChildPlan[]): void {
  if (children.length > 0) kept.set(plan, children);
}

/** The plans of the programs that are started with the one of a plan, or that its services may start. */
export function childPlansOf(plan: Plan): readonly ChildPlan[] {
  return kept.get(plan) ?? [];
}
