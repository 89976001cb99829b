import { readSecretOf, type SecretSource } from '../../requests/secret.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { Position } from '../../resources/position.ts';

/**
 * Reads the secret of a network's rule from its source.
 *
 * @throws ResourceError that says what is wrong with the source, and never has the secret in it.
 */
export function readSecret(from: SecretSource, position: Position | undefined): string {
  try {
    return readSecretOf(from);
  } catch (error) {
    throw new ResourceError(error instanceof Error ? error.message : String(error), position, 'network');
  }
}
