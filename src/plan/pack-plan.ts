import type { Plan } from './plan-types.ts';

const NO_BYTES = new Uint8Array();

/**
 * Packs a plan for a process that explains it later: without the program itself, and without the values of its environment,
 * among which secrets may be. Of resources that live in this process, such as pipes of the API, the plain fields are left.
 */
export function packPlan(plan: Plan): Uint8Array {
  const { command } = plan;
  const environment = new Map([...(command?.environment ?? [])].map(([name]) => [name, '']));
  const { serialize } = process.getBuiltinModule('node:v8');
  return serialize({
    ...plan,
    grants: plan.grants.map((grant) => ({ ...grant, resource: packable(grant.resource) })),
    ...(command && { command: { ...command, environment } }),
    ...('bytes' in plan.program && { program: { ...plan.program, bytes: NO_BYTES } }),
    ...('encoded' in plan && { encoded: NO_BYTES, argdata: null }),
  });
}

/** Leaves out the parts of a resource that cannot be copied to another process. */
function packable(resource: object | undefined): object | undefined {
  if (resource === undefined) return undefined;
  const { serialize } = process.getBuiltinModule('node:v8');
  try {
    serialize(resource);
    return resource;
  } catch {
    const plain = Object.entries(resource).filter(([, value]) => value === null || typeof value !== 'object');
    return Object.fromEntries(plain.filter(([, value]) => typeof value !== 'function'));
  }
}

/** Unpacks a plan. Precondition: the bytes come from `packPlan` of the same version. */
export function unpackPlan(packed: Uint8Array): Plan {
  const { deserialize } = process.getBuiltinModule('node:v8');
  const plan: Plan = deserialize(packed);
  return plan;
}
