import { readState } from './container-state.ts';
import { freeze } from './groups/freezer.ts';
import { OciError } from './oci-error.ts';

/**
 * Stops all processes of a container, or lets them go on.
 *
 * @throws OciError
 */
export function pauseContainer(states: string, id: string, stop: boolean): void {
  const { freezer } = readState(states, id);
  if (freezer === undefined) throw new OciError('This host has no control group that stops processes');
  freeze(freezer, stop);
}
