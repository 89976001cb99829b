import type { Plan, ProgramKind } from '../plan/plan-types.ts';
import type { Mechanism } from '../walls/confinement.ts';
import type { Walls } from '../worlds/world.ts';

/** The walls of a program that this process becomes. */
export type InPlaceOptions = { readonly accept: readonly Mechanism[]; readonly walls: Walls | undefined };

/** Makes this process the program of a plan, and never comes back; `undefined` where only a child can be it. */
type InPlace<K extends ProgramKind> = (
  plan: Plan<K>,
  options: InPlaceOptions,
) => Promise<(() => Promise<never>) | undefined>;

/** The way of each kind of program into this process. A world of its own needs a process without threads. */
const ways: { readonly [K in ProgramKind]: InPlace<K> } = {
  wasm: async (plan, { accept }) => {
    const { runInPlace } = await import('./wasm/in-place.ts');
    if (plan.adapter === undefined) return async () => runInPlace(plan, accept);
    const { loadAdapter } = await import('../plan/wasm/adapter.ts');
    const adapter = await loadAdapter(plan.adapter);
    return async () => runInPlace(plan, accept, adapter);
  },
  node: async (plan, { accept, walls }) => {
    const { wallsHere } = await import('../plan/walls-here.ts');
    if ((walls ?? wallsHere('node', accept)) !== 'landlock') return undefined;
    const { hasStandardError, runNodeInPlace } = await import('./node/in-place.ts');
    // Its last words need a launcher that prints them.
    if (!hasStandardError(plan)) return undefined;
    return () => runNodeInPlace(plan, accept);
  },
  elf: async (plan, { accept, walls }) => {
    const { becomeSupervisor } = await import('./elf/in-place.ts');
    return async () => becomeSupervisor(plan, accept, walls !== 'landlock');
  },
  linux: async () => undefined,
};

/**
 * Finds the way in which this process can become the program of a plan.
 *
 * @returns Becomes it, and throws only as long as the program was not started; `undefined` when a child must be it.
 */
export function inPlace<K extends ProgramKind>(
  plan: Plan<K>,
  options: InPlaceOptions,
): Promise<(() => Promise<never>) | undefined> {
  // Processes of services are told apart from the program by a launcher, which stays; it controls processes, too.
  if (plan.grants.some(({ kind }) => kind === 'service' || kind === 'process'))
    return Promise.resolve(undefined);
  const way: InPlace<K> = ways[plan.kind];
  return way(plan, options);
}
