import { printable } from '../../text/printable.ts';
import { processEnforcement } from '../enforcement.ts';
import { freezePlan } from '../freeze.ts';
import { describeHosts } from '../linux/explain-hosts.ts';
import type { PlanKind } from '../plan-kind.ts';
import { ServedPlanner } from '../served-planner.ts';
import { locateAdapter } from '../wasm/adapter.ts';

/** WebAssembly modules. */
export const wasmKind: PlanKind<'wasm'> = {
  title: 'WebAssembly',
  plan(request) {
    const { program, adapter } = request;
    const located = adapter === undefined ? undefined : locateAdapter(adapter);
    const parts = new ServedPlanner(program, request).parts(request);
    const enforcement = processEnforcement(parts.limits, 'wasm', request.walls, parts.network);
    return freezePlan({ kind: 'wasm', program, adapter: located, ...parts, enforcement });
  },
  describe: ({ adapter, network }) => [
    ...(adapter === undefined ? [] : [`Started by the adapter ${printable(adapter)}, inside the same walls`]),
    ...(network === undefined ? [] : describeHosts(network)),
    '',
  ],
};
