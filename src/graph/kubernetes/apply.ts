import type { KubeConfig, KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import type { Graph } from '../graph-types.ts';
import { type ClusterObject, GRAPH_LABEL } from './objects.ts';

/** The name under which the API server knows the fields that we set. */
const MANAGER = 'cloudabi';

/** Kinds of objects that graphs are made of: others are never removed. */
const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'ServiceAccount'],
  ['v1', 'ConfigMap'],
  ['v1', 'Service'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'Job'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
];

/** The library for clusters is not installed. The CLI ends with status 64. */
export class MissingClientError extends Error {
  override readonly name = 'MissingClientError';
  readonly code = 'usage';
}

/** An object that is made, changed or removed. */
export type ObjectChange = {
  readonly change: 'made' | 'changed' | 'same' | 'removed';
  readonly kind: string;
  readonly name: string;
};

/** A cluster. */
export class Cluster {
  readonly #api: KubernetesObjectApi;
  readonly #strategy: PatchStrategyValue;

  private constructor(api: KubernetesObjectApi, strategy: PatchStrategyValue) {
    this.#api = api;
    this.#strategy = strategy;
  }

  /**
   * Connects as `kubectl` does: by KUBECONFIG, `~/.kube/config`, or the account of a pod.
   *
   * @throws MissingClientError when `@kubernetes/client-node` is not installed.
   */
  static async open(): Promise<Cluster> {
    const [client, config] = await Promise.all([loadClusterClient(), openKubeConfig()]);
    return new Cluster(
      client.KubernetesObjectApi.makeApiClient(config),
      client.PatchStrategy.ServerSideApply,
    );
  }

  /**
   * Applies objects on the server's side, and removes those of the graph that are not among them.
   *
   * @param dryRun True to find out the changes only; the server checks everything all the same.
   * @throws Error of the server, such as for an object that it refuses.
   */
  async apply(
    graph: Pick<Graph, 'name'>,
    manifests: readonly ClusterObject[],
    dryRun = false,
  ): Promise<readonly ObjectChange[]> {
    const changes: ObjectChange[] = [];
    for (const manifest of manifests) {
      const before = await this.#read(manifest);
      const after = await this.#apply(manifest, dryRun);
      const same = before !== undefined && shapeOf(before) === shapeOf(after);
      const change = before === undefined ? 'made' : same ? 'same' : 'changed';
      changes.push({ change, kind: manifest.kind, name: manifest.metadata.name });
    }
    const namespace = manifests[0]?.metadata.namespace ?? 'default';
    return [...changes, ...(await this.#prune(graph, namespace, manifests, dryRun))];
  }

  /** Removes all objects of a graph. */
  remove({ name }: Pick<Graph, 'name'>, namespace: string): Promise<readonly ObjectChange[]> {
    return this.#prune({ name }, namespace, [], false);
  }

  /** Reads a value of a ConfigMap; `undefined` when it is not there. */
  async text(name: string, namespace: string, key: string): Promise<string | undefined> {
    const found = await this.#read({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    const data: unknown = found === undefined ? undefined : Reflect.get(found, 'data');
    const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  /** Waits until the pods of Deployments and StatefulSets are ready. */
  async wait(manifests: readonly ClusterObject[], within: number): Promise<readonly string[]> {
    const until = performance.now() + within;
    let waiting = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
    while (waiting.length > 0 && performance.now() < until) {
      const left: ClusterObject[] = [];
      for (const manifest of waiting) if (!isReady(await this.#read(manifest))) left.push(manifest);
      waiting = left;
      if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
    return waiting.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  }

  #apply(manifest: ClusterObject, dryRun: boolean): Promise<KubernetesObject> {
    return this.#api.patch(
      structuredClone(manifest),
      undefined,
      dryRun ? 'All' : undefined,
      MANAGER,
      true,
      this.#strategy,
    );
  }

  async #read(header: Header): Promise<KubernetesObject | undefined> {
    try {
      return await this.#api.read(header);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #prune(
    { name }: Pick<Graph, 'name'>,
    namespace: string,
    manifests: readonly ClusterObject[],
    dryRun: boolean,
  ): Promise<readonly ObjectChange[]> {
    const wanted = new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    const changes: ObjectChange[] = [];
    for (const [apiVersion, kind] of kinds) {
      const items = await this.#list(apiVersion, kind, namespace, `${GRAPH_LABEL}=${name}`);
      for (const item of items) {
        const own = item.metadata?.name ?? '';
        // The controllers of the cluster remove what they have made themselves.
        if (wanted.has(`${kind} ${own}`) || (item.metadata?.ownerReferences ?? []).length > 0) continue;
        const spec = { apiVersion, kind, metadata: { name: own, namespace } };
        await this.#api.delete(
          spec,
          undefined,
          dryRun ? 'All' : undefined,
          undefined,
          undefined,
          'Background',
        );
        changes.push({ change: 'removed', kind, name: own });
      }
    }
    return changes;
  }

  async #list(
    apiVersion: string,
    kind: string,
    namespace: string,
    label: string,
  ): Promise<readonly KubernetesObject[]> {
    try {
      const { items } = await this.#api.list(
        apiVersion,
        kind,
        namespace,
        undefined,
        undefined,
        undefined,
        undefined,
        label,
      );
      return items;
    } catch (error) {
      // A cluster without the Gateway API has no routes.
      if (isNotFound(error) || isUnknownKind(error)) return [];
      throw error;
    }
  }
}

/** Milliseconds between two looks at a cluster. */
const AGAIN = 200;

/** Loads the library for clusters. @throws MissingClientError */
export async function loadClusterClient(): Promise<typeof import('@kubernetes/client-node')> {
  try {
    return await import('@kubernetes/client-node');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new MissingClientError(
      "Clusters need a library that is installed by itself: npm install '@kubernetes/client-node@^1.4'",
    );
  }
}

/** Finds the cluster that `kubectl` would take, and the credentials for it. @throws MissingClientError */
export async function openKubeConfig(): Promise<KubeConfig> {
  const { KubeConfig } = await loadClusterClient();
  const config = new KubeConfig();
  config.loadFromDefault();
  return config;
}

type Header = Pick<ClusterObject, 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly name: string; readonly namespace: string };
};
type PatchStrategyValue = Parameters<KubernetesObjectApi['patch']>[5];

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 404;
}

function isUnknownKind(error: unknown): boolean {
  return error instanceof Error && /Unrecognized API version and kind/.test(error.message);
}

/** An object without the notes of the server. */
function shapeOf(object: KubernetesObject): string {
  const { metadata, ...rest } = object;
  return JSON.stringify(
    { ...rest, status: undefined, labels: metadata?.labels, annotations: metadata?.annotations },
    sorted,
  );
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isReady(object: KubernetesObject | undefined): boolean {
  const [spec, status] = ['spec', 'status'].map((key): unknown =>
    object === undefined ? undefined : Reflect.get(object, key),
  );
  const wanted = numberAt(spec, 'replicas') ?? 1;
  const seen = numberAt(status, 'observedGeneration') ?? 0;
  const updated = numberAt(status, 'updatedReplicas') ?? 0;
  return (
    seen >= (object?.metadata?.generation ?? 0) &&
    updated >= wanted &&
    (numberAt(status, 'readyReplicas') ?? 0) >= wanted
  );
}

function numberAt(value: unknown, key: string): number | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'number' ? found : undefined;
}
