import type { WasmPlan } from '../../plan/plan-types.ts';
import type { LaunchOptions } from '../../process/options.ts';
import type { Process } from '../../process/process.ts';
import { launchGuest } from '../guest-launch.ts';

/**
 * Starts a WebAssembly module in a process of Node's.
 *
 * @throws ResourceError: nothing was started.
 */
export function launchWasm(plan: WasmPlan, options: LaunchOptions): Process {
  return launchGuest(plan, options);
}
