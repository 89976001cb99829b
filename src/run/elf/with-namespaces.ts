import { SpawnError } from '../../host/processes/spawn.ts';
import { type Mechanism, MissingMechanismError } from '../../walls/confinement.ts';
import { isRefusal, spawnHindrance } from '../../worlds/namespace-refusal.ts';

/**
 * Runs a function that starts a process in namespaces of its own, and again without them where the host refuses them and the
 * user accepts that.
 *
 * @param wanted False to do without from the beginning.
 * @throws MissingMechanismError when the host refuses them.
 */
export function withNamespaces<Result>(
  wanted: boolean,
  accept: readonly Mechanism[],
  start: (namespaces: boolean) => Result,
): Result {
  try {
    return start(wanted);
  } catch (error) {
    if (!(error instanceof SpawnError && isRefusal(error.errno))) throw error;
    if (accept.includes('namespaces')) return start(false);
    throw new MissingMechanismError('namespaces', spawnHindrance(error));
  }
}
