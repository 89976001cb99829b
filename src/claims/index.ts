/** Starts confined programs here or on a cluster by the same call, with streams, files and a time limit (docs/claims.md). */
export { type ClaimEnd, ClaimError, type ClaimedProgram, type ClaimOptions } from './claim.ts';
export type { ClaimApi, ClaimCluster, PodState } from './claim-cluster.ts';
export { type ClaimPlace, claimObjects } from './claim-pod.ts';
export { openClaimCluster } from './cluster-client.ts';
export { launchClaim as launch } from './launch-claim.ts';
