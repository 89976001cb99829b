import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldOf } from '../control/json-lines.ts';
import { ControlClient } from '../control/line-client.ts';
import { GraphEngine } from '../graph/engine.ts';
import { CONTROL_SOCKET, GraphService } from '../graph/graph-service.ts';
import { folderOfGraph } from '../graph/open-graph.ts';
import type { LogLine } from '../graph/program-log.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { readGraphText } from './graph-document.ts';
import { UsageError } from './options.ts';
import { print, printError } from './output.ts';
import { watchDocument } from './watch-document.ts';

/** Milliseconds between two looks for a supervisor that is starting. */
const LOOK = 50;

/** Options of `cloudabi graph up`. */
export type UpOptions = { readonly watch: boolean; readonly metrics: number | undefined };

/**
 * Runs a graph until it is told to stop.
 *
 * @returns The exit status.
 */
export async function runGraph(document: string, options: UpOptions): Promise<number> {
  const text = readGraphText(document);
  const folder = folderOfGraph(document);
  let service: GraphService;
  try {
    service = new GraphService(join(folder, CONTROL_SOCKET));
  } catch {
    throw new UsageError(`The graph '${document}' runs already; see 'cloudabi graph status ${document}'`);
  }
  const onLine = (line: LogLine): void => {
    print(describeLine(line));
    service.line(line);
  };
  let engine: GraphEngine;
  try {
    engine = new GraphEngine(text, {
      file: document,
      folder,
      onLine,
      onRefused: (refusal) => service.refusal(refusal),
    });
  } catch (error) {
    service.close();
    throw error;
  }
  const stopped = new Promise<void>((stop) => {
    service.serve(engine, stop);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop());
  });
  const metrics =
    options.metrics === undefined
      ? undefined
      : await (await import('../graph/metrics.ts')).serveMetrics(() => engine.status(), options.metrics);
  if (metrics !== undefined) print(`metrics at http://127.0.0.1:${metrics.port}/metrics\n`);
  const watching = options.watch
    ? watchDocument(document, text, (changed) => goOver(engine, changed))
    : undefined;
  const problems = await engine.start();
  for (const [program, problem] of problems) printError(`Program '${program}' is not ready: ${problem}`);
  service.up();
  // A process with nothing to wait for would end.
  const staying = setInterval(() => undefined, 2 ** 30);
  await stopped;
  clearInterval(staying);
  watching?.close();
  metrics?.close();
  await engine.down();
  service.close();
  return 0;
}

/** A line of a log for people: `front | text`. */
export function describeLine({ program, replica, stream, text }: LogLine): string {
  const name = replica === 1 ? program : `${program}.${replica}`;
  return `${name} ${stream === 'graph' ? '*' : '|'} ${text}\n`;
}

/** Goes over to a new text of the document. */
async function goOver(engine: GraphEngine, text: string): Promise<void> {
  if (text === engine.text) return;
  const problems = await engine.update(text);
  for (const [program, problem] of problems) printError(`Program '${program}' is not ready: ${problem}`);
}

/**
 * Runs a graph in the background, and waits until its programs were started.
 *
 * @returns The exit status.
 */
export async function detachGraph(document: string, metrics: number | undefined): Promise<number> {
  const failure = await startGraph(document, metrics);
  if (failure === undefined) return 0;
  printError(failure.output);
  return failure.status;
}

/** A graph that did not start: what its supervisor has printed, and its exit status. */
export type StartFailure = { readonly output: string; readonly status: number };

/** Starts a graph in the background, and waits until its programs were started. */
export async function startGraph(
  document: string,
  metrics: number | undefined,
): Promise<StartFailure | undefined> {
  readGraphText(document);
  const folder = folderOfGraph(document);
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
  const output = join(folder, 'logs', '.up');
  const file = openSync(output, 'w', 0o600);
  const words = ['--', process.argv[1] ?? '', 'graph', 'up', document];
  if (metrics !== undefined) words.push('--metrics', `${metrics}`);
  const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', file, file] });
  const ended = once(child, 'exit').then(() => true);
  for (;;) {
    const over = await Promise.race([ended, pause()]);
    if (over)
      return { output: readFileSync(output, 'utf8').trimEnd(), status: child.exitCode ?? ExitStatus.bug };
    if (await isUp(join(folder, CONTROL_SOCKET), child.pid)) break;
  }
  child.unref();
  return undefined;
}

async function isUp(path: string, pid: number | undefined): Promise<boolean> {
  let client: ControlClient;
  try {
    client = await ControlClient.open(path);
  } catch {
    return false;
  }
  try {
    const state = await client.ask('state');
    return fieldOf(state, 'up') === true && fieldOf(state, 'pid') === pid;
  } catch {
    // It has ended meanwhile, which the caller finds out.
    return false;
  } finally {
    client.close();
  }
}

function pause(): Promise<false> {
  return new Promise((done) => {
    setTimeout(() => done(false), LOOK);
  });
}
