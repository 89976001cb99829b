import { elfKind } from './kinds/elf.ts';
import { linuxKind } from './kinds/linux.ts';
import { nodeKind } from './kinds/node.ts';
import { wasmKind } from './kinds/wasm.ts';
import type { PlanKind } from './plan-kind.ts';
import type { ProgramKind } from './plan-types.ts';

/**
 * The kinds of program: how a plan of each is made and described. `run/launch.ts` says how each is started. A command
 * loads the parts of a kind when it is asked for here (scripts/build.js).
 */
export const planKinds: { readonly [K in ProgramKind]: PlanKind<K> } = {
  get wasm() {
    return wasmKind;
  },
  get node() {
    return nodeKind;
  },
  get elf() {
    return elfKind;
  },
  get linux() {
    return linuxKind;
  },
};
