import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineOptions, GraphEngine } from './engine.ts';
import type { GraphDiff } from './graph-diff.ts';
import type { GraphStatus } from './status.ts';

/** Options for launching a graph. */
export type LaunchGraphOptions = Pick<EngineOptions, 'accept' | 'walls' | 'onLine'> & {
  /** The text of the document, where it is not that of the file. */
  readonly text?: string;
};

/** A graph that runs. Its programs end with this process at the latest. */
export type RunningGraph = {
  /** The programs that are not ready, with the reasons. */
  readonly problems: ReadonlyMap<string, string>;
  status(): GraphStatus;
  /** The address of a published arrow. */
  addressOf(arrow: string): { readonly host: string; readonly port: number } | undefined;
  /** Starts a program anew, or all; no connection is refused meanwhile. */
  restart(program?: string): Promise<ReadonlyMap<string, string>>;
  /** Goes over to another text of the document. */
  update(text: string): Promise<ReadonlyMap<string, string>>;
  /** Compares it with another text. */
  diff(text: string): GraphDiff;
  /** Stops all programs. */
  down(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts the programs of a graph on this machine.
 *
 * @param file Path of the document.
 * @throws ConfigurationError with every mistake, ResourceError for an address that is taken: nothing was started.
 *
 * @example
 * ```ts
 * await using shop = await launchGraph('shop.yaml');
 * console.log(shop.addressOf('web'));
 * ```
 */
export async function launchGraph(file: string, options: LaunchGraphOptions = {}): Promise<RunningGraph> {
  const { text = readFileSync(file, 'utf8'), ...others } = options;
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-graph-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  // A caller that ends without `down` leaves nothing: its programs end with it, too.
  process.once('exit', remove);
  let engine: GraphEngine;
  try {
    engine = new GraphEngine(text, { ...others, file, folder });
  } catch (error) {
    remove();
    throw error;
  }
  const problems = await engine.start();
  const down = async (): Promise<void> => {
    await engine.down();
    remove();
  };
  return {
    problems,
    status: () => engine.status(),
    addressOf: (arrow) => engine.addressOf(arrow),
    restart: (program) => engine.restart(program),
    update: (next) => engine.update(next),
    diff: (next) => engine.diff(next),
    down,
    [Symbol.asyncDispose]: down,
  };
}
