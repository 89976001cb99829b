import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { registryFolder } from '../control/registry.ts';
import { type GraphPlans, planGraph } from './check-graph.ts';
import type { Graph } from './graph-types.ts';
import { ArrowPlaces } from './places.ts';
import { readGraph } from './read-graph.ts';
import { Wiring } from './wiring.ts';

/** A graph whose programs have been planned. */
export type CheckedGraph = { readonly graph: Graph; readonly plans: GraphPlans };

/**
 * Reads and checks a graph, and lets go of everything: for what only looks at one.
 *
 * @param file The name of the document in messages.
 * @throws ConfigurationError with every mistake.
 */
export function checkGraph(text: string, file: string, directory?: string): CheckedGraph {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-graph-'));
  try {
    const { graph, plans, wiring } = prepareGraph(text, file, folder, directory);
    wiring.close();
    return { graph, plans };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A graph that is ready to be started. */
export type PreparedGraph = CheckedGraph & { readonly wiring: Wiring; readonly places: ArrowPlaces };

/**
 * Reads a graph, makes the sockets between its programs and checks all of them. Nothing is published or started.
 *
 * @param folder A folder that no other user can use.
 * @throws ConfigurationError with every mistake; nothing stays open then.
 */
export function prepareGraph(text: string, file: string, folder: string, directory?: string): PreparedGraph {
  const places = new ArrowPlaces(folder);
  const read = readGraph(text, { file, ...(directory !== undefined && { directory }), places });
  const wiring = new Wiring(read.graph, places);
  try {
    return { graph: read.graph, plans: planGraph(read), wiring, places };
  } catch (error) {
    wiring.close();
    throw error;
  }
}

/** The folder of a graph that runs: its sockets, its logs. It is the same for each command that names the document. */
export function folderOfGraph(document: string): string {
  const registry = registryFolder();
  if (registry === undefined)
    throw new Error('There is no folder for running graphs; set XDG_RUNTIME_DIR to one that is yours alone');
  const hash = createHash('sha256').update(resolve(document)).digest('hex').slice(0, 16);
  const folder = join(registry, `graph-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * Reads another text of a graph that runs. What both have keeps its sockets.
 *
 * @throws ConfigurationError with every mistake; the graph that runs is not touched.
 */
export function prepareNext(
  text: string,
  file: string,
  { places, wiring: before }: Pick<PreparedGraph, 'places' | 'wiring'>,
  directory?: string,
): PreparedGraph {
  const read = readGraph(text, { file, ...(directory !== undefined && { directory }), places });
  const wiring = new Wiring(read.graph, places, before);
  try {
    return { graph: read.graph, plans: planGraph(read), wiring, places };
  } catch (error) {
    wiring.closeFor(before);
    throw error;
  }
}
