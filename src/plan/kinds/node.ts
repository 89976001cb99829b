import { printable } from '../../text/printable.ts';
import { processEnforcement } from '../enforcement.ts';
import { freezePlan } from '../freeze.ts';
import { describeHosts } from '../linux/explain-hosts.ts';
import { describeServices } from '../linux/explain-services.ts';
import { addonFolders } from '../node/addons.ts';
import type { PlanKind } from '../plan-kind.ts';
import { ServedPlanner } from '../served-planner.ts';
import { AdapterError } from '../wasm/adapter.ts';

/** Programs in TypeScript and JavaScript. */
export const nodeKind: PlanKind<'node'> = {
  title: 'TypeScript or JavaScript',
  plan(request) {
    const { program, adapter } = request;
    if (adapter !== undefined)
      throw new AdapterError('not_an_adapter', adapter, 'adapters are for WebAssembly modules');
    const planner = new ServedPlanner(program, request);
    for (const { place, message, inPackage } of program.notes)
      if (!inPackage) planner.warnings.push({ message, position: undefined, place });
    const parts = planner.parts(request);
    return freezePlan({
      kind: 'node',
      program,
      ...parts,
      enforcement: processEnforcement(parts.limits, 'node', request.walls, parts.network),
    });
  },
  describe: ({ program, network, libraryServices }) => {
    const { packages } = addonFolders(program);
    const threads = program.threads ? ['It may start threads, which are behind the same walls.'] : [];
    const before = [
      ...threads,
      ...(network === undefined ? [] : describeHosts(network)),
      ...describeServices(libraryServices),
    ];
    if (packages.length === 0) return [...before, ''];
    return [
      ...before,
      '',
      'Before the second wall is up, it loads packages with native addons, and sees, read-only, the base system and:',
      ...packages.map((folder) => printable(`  ${folder}`)),
      '',
    ];
  },
};
