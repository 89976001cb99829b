import { SpawnError } from '../../host/processes/spawn.ts';
import { MissingMechanismError } from '../../walls/confinement.ts';
import { isRefusal, spawnHindrance } from '../../worlds/namespace-refusal.ts';

/**
 * Runs a function that starts a process in namespaces of its own.
 *
 * @throws MissingMechanismError when the host refuses them.
 */
export function withNamespaces<Result>(start: () => Result): Result {
  try {
    return start();
  } catch (error) {
    if (error instanceof SpawnError && isRefusal(error.errno))
      throw new MissingMechanismError('namespaces', spawnHindrance(error));
    throw error;
  }
}
