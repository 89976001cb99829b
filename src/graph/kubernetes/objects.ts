/** A value of JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** An object of Kubernetes. */
export type ClusterObject = JsonObject & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace: string };
};

/** The label of everything that belongs to a graph: by it, objects of earlier texts are found. */
export const GRAPH_LABEL = 'cloudabi.dev/graph';

/** The label of the pods of a program. */
export const PROGRAM_LABEL = 'cloudabi.dev/program-';
