import type { ElfPlan } from '../../plan/plan-types.ts';
import type { LaunchOptions } from '../../process/options.ts';
import type { Process } from '../../process/process.ts';
import { launchGuest } from '../guest-launch.ts';

/**
 * Starts a CloudABI executable, and its supervisor in a process of Node's.
 *
 * @throws ResourceError: nothing was started.
 */
export function launchElf(plan: ElfPlan, options: LaunchOptions): Process {
  return launchGuest(plan, options);
}
