/**
 * Graphs of programs: `cloudabi/graph`.
 *
 * ```ts
 * import { launchGraph } from 'cloudabi/graph';
 *
 * await using shop = await launchGraph('shop.yaml');
 * console.log(shop.status().programs);
 * ```
 */

export { describeGraph, type GraphJson, graphToJson } from './explain-graph.ts';
export type { GraphDiff } from './graph-diff.ts';
export type { Arrow, Graph, GraphProgram } from './graph-types.ts';
export { Cluster, MissingClientError, type ObjectChange } from './kubernetes/apply.ts';
export { type ManifestOptions, manifestsOf } from './kubernetes/manifests.ts';
export type { ClusterObject } from './kubernetes/objects.ts';
export { printManifests } from './kubernetes/print-manifests.ts';
export { type LaunchGraphOptions, launchGraph, type RunningGraph } from './launch-graph.ts';
export { type CheckedGraph, checkGraph } from './open-graph.ts';
export type { LogLine } from './program-log.ts';
export type { ArrowStatus, GraphStatus, ProgramStatus } from './status.ts';
