import type { Plan } from './plan-types.ts';

const NO_BYTES = new Uint8Array();

/**
 * Packs a plan for a process that explains it later: without the program itself, and without the values of its environment,
 * among which secrets may be.
 */
export function packPlan(plan: Plan): Uint8Array {
  const { command } = plan;
  const environment = new Map([...(command?.environment ?? [])].map(([name]) => [name, '']));
  const { serialize } = process.getBuiltinModule('node:v8');
  return serialize({
    ...plan,
    ...(command && { command: { ...command, environment } }),
    ...('bytes' in plan.program && { program: { ...plan.program, bytes: NO_BYTES } }),
    ...('encoded' in plan && { encoded: NO_BYTES, argdata: null }),
  });
}

/** Unpacks a plan. Precondition: the bytes come from `packPlan` of the same version. */
export function unpackPlan(packed: Uint8Array): Plan {
  const { deserialize } = process.getBuiltinModule('node:v8');
  const plan: Plan = deserialize(packed);
  return plan;
}
