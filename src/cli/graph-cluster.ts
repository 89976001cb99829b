import type { Graph } from '../graph/graph-types.ts';
import { Cluster, type ObjectChange } from '../graph/kubernetes/apply.ts';
import { type ManifestOptions, manifestsOf } from '../graph/kubernetes/manifests.ts';
import { type ClusterObject, GRAPH_LABEL } from '../graph/kubernetes/objects.ts';
import { printManifests } from '../graph/kubernetes/print-manifests.ts';
import { ArrowPlaces } from '../graph/places.ts';
import { readGraph } from '../graph/read-graph.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { readGraphText } from './graph-document.ts';
import { UsageError } from './options.ts';
import { print, printError } from './output.ts';
import { watchDocument } from './watch-document.ts';

/** Milliseconds for pods to be ready. */
const PATIENCE = 120_000;

/** Reads a graph for a cluster: its programs lie in images, so that they are not looked for here. */
function graphIn(text: string, document: string): Graph {
  const { graph, mistakes } = readGraph(text, {
    file: document,
    places: new ArrowPlaces('/cloudabi-arrows'),
  });
  mistakes.throwIfAny();
  return graph;
}

/** Prints the objects of a graph. */
export async function printClusterManifests(document: string, options: ManifestOptions): Promise<void> {
  print(printManifests(manifestsOf(graphIn(readGraphText(document), document), options)));
}

/** Options of `cloudabi graph apply`. */
export type ClusterApplyOptions = ManifestOptions & {
  readonly dryRun?: true;
  readonly wait?: true;
  readonly watch?: true;
  readonly rollback?: true;
  readonly remove?: true;
};

/**
 * Applies a graph to the cluster that `kubectl` would take. With `watch`, it goes on with each new text of the document until a
 * signal comes.
 *
 * @returns The exit status.
 */
export async function applyToCluster(document: string, options: ClusterApplyOptions): Promise<number> {
  if (options.watch && (options.rollback || options.remove || options.dryRun))
    throw new UsageError(
      '--watch applies each text of the document: leave --dry-run, --rollback and --remove out',
    );
  const cluster = await Cluster.open();
  const first = readGraphText(document);
  const status = await applyText(cluster, document, first, options);
  if (!options.watch) return status;
  const watcher = watchDocument(document, first, async (text) => {
    await applyText(cluster, document, text, options);
  });
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  watcher.close();
  return 0;
}

function applyText(
  cluster: Cluster,
  document: string,
  written: string,
  options: ClusterApplyOptions,
): Promise<number> {
  const { namespace = 'default' } = options;
  const named = graphIn(written, document);
  const history = `${named.name}-document`;
  return told(async () => {
    if (options.remove) {
      printChanges(await cluster.remove(named, namespace));
      return 0;
    }
    const current = await cluster.text(history, namespace, 'document');
    const before = await cluster.text(history, namespace, 'previous');
    if (options.rollback && (before === undefined || before === ''))
      throw new UsageError(`The cluster has no earlier document of the graph '${named.name}'`);
    const text = options.rollback ? (before ?? '') : written;
    const previous = text === current ? (before ?? '') : (current ?? '');
    const graph = options.rollback ? graphIn(text, document) : named;
    const manifests = [
      ...manifestsOf(graph, options),
      documentMap(named, namespace, { document: text, previous }),
    ];
    printChanges(await cluster.apply(named, manifests, options.dryRun ?? false));
    if (!options.wait || options.dryRun) return 0;
    const waiting = await cluster.wait(manifests, PATIENCE);
    for (const one of waiting) printError(`${one} is not ready`);
    return waiting.length === 0 ? 0 : ExitStatus.resource;
  });
}

/** The last two documents lie in the cluster, for going back. */
function documentMap(
  { name }: Graph,
  namespace: string,
  data: { readonly document: string; readonly previous: string },
): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-document`, namespace, labels: { [GRAPH_LABEL]: name } },
    data,
  };
}

function printChanges(changes: readonly ObjectChange[]): void {
  const shown = changes.filter(({ change }) => change !== 'same');
  print(
    shown.length === 0
      ? 'Nothing differs.\n'
      : shown.map(({ change, kind, name }) => `${kind} ${name}: ${change}\n`).join(''),
  );
}

/** Words errors of the server. */
async function told(act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } catch (error) {
    const body: unknown = error instanceof Error ? Reflect.get(error, 'body') : undefined;
    if (typeof body !== 'string') throw error;
    const [, message = body] = /"message":"((?:[^"\\]|\\.)*)"/.exec(body) ?? [];
    throw new UsageError(`The cluster refuses it: ${message.replaceAll('\\"', '"')}`);
  }
}
