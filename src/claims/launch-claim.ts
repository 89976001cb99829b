import type { ClaimedProgram, ClaimOptions } from './claim.ts';
import { type ClaimCluster, claimOnCluster } from './claim-cluster.ts';
import { claimHere } from './claim-here.ts';

/**
 * Starts a confined program on this machine, or on a cluster, by the same call.
 *
 * @param program A path from the claim's folder, an absolute path or a name: of this machine, or of the image.
 * @throws ConfigurationError with every mistake of the grants, ResourceError, ClaimError: nothing was started.
 *
 * @example
 * ```ts
 * const cluster = await openClaimCluster({ image: 'registry.example.org/tools:1' });
 * await using claim = await launchClaim('/bin/sh', {
 *   on: cluster, // or 'here'
 *   grants: "!command { base: system, arguments: [-c, 'echo hello'], stdout: !fd stdout }",
 *   timeLimit: 60_000,
 * });
 * console.log(await claim.exited);
 * ```
 */
export async function launchClaim(
  program: string,
  { on, ...options }: ClaimOptions & { readonly on: 'here' | ClaimCluster },
): Promise<ClaimedProgram> {
  return on === 'here' ? claimHere(program, options) : claimOnCluster(program, on, options);
}
