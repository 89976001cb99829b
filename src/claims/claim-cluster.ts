import { randomBytes } from 'node:crypto';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { ClusterObject } from '../graph/kubernetes/objects.ts';
import {
  type ClaimEnd,
  ClaimError,
  type ClaimedProgram,
  type ClaimOptions,
  claimBytes,
  claimPath,
  MOST_CLAIMED,
} from './claim.ts';
import { type ClaimPlace, CONTROL, claimObjects, WORK } from './claim-pod.ts';

/** The state of a pod, as far as a claim depends on it. */
export type PodState = {
  readonly phase: string;
  readonly reason: string;
  /** The containers that run, with those that are started before the others. */
  readonly running: readonly string[];
  /** The end of the program. */
  readonly ended: { readonly code: number; readonly reason: string } | undefined;
  /** The reason why a container does not start. */
  readonly waiting: string;
};

/** The part of a cluster that claims use. */
export type ClaimApi = {
  /** Tells whether the cluster has the resource `Sandbox` of agent-sandbox. */
  hasSandboxes(): Promise<boolean>;
  create(object: ClusterObject): Promise<void>;
  /** Removes an object; one that is not there is no mistake. */
  remove(object: ClusterObject): Promise<void>;
  /** Looks at the pod of a claim; `undefined` when there is none. */
  pod(name: string): Promise<PodState | undefined>;
  /** Runs a command in a container. @throws Error when it fails. */
  run(pod: string, container: string, words: readonly string[], input: Uint8Array): Promise<Uint8Array>;
  /** Copies a stream to the standard input of the program, whose end is told. */
  attach(pod: string, input: Readable): Promise<void>;
  /** Copies the output of the program from its beginning to its end. */
  follow(pod: string, output: Writable): Promise<void>;
};

/** A cluster on which claims are started. */
export type ClaimCluster = { readonly api: ClaimApi; readonly place: ClaimPlace };

/** Milliseconds between two looks at a pod. */
const AGAIN = 100;

/** Milliseconds until a claim runs, at most. */
const PATIENCE = 120_000;

/**
 * Starts a program on a cluster. Its pod is removed by `end()`; without that, the time limit ends it.
 *
 * @throws ClaimError, ConfigurationError: nothing is left on the cluster.
 */
export async function claimOnCluster(
  program: string,
  { api, place }: ClaimCluster,
  options: ClaimOptions,
): Promise<ClaimedProgram> {
  const name = `claim-${randomBytes(6).toString('hex')}`;
  for (const path of Object.keys(options.files ?? {})) claimPath(path);
  const { grants, timeLimit, memory } = options;
  const objects = claimObjects({ name, program, grants, timeLimit, memory }, place, await api.hasSandboxes());
  let isOver = false;
  const end = async (): Promise<void> => {
    isOver = true;
    for (const object of objects.toReversed()) await api.remove(object);
  };
  const write = (container: string) => (path: string, content: string | Uint8Array) =>
    writeIn(api, name, container, path, content);
  try {
    for (const object of objects) await api.create(object);
    await until(api, name, ({ running }) => running.includes('files'));
    for (const [path, content] of Object.entries(options.files ?? {})) await write('files')(path, content);
    await api.run(name, 'files', ['/bin/sh', '-c', `: > ${CONTROL}/go`], new Uint8Array());
    await until(api, name, ({ running, ended }) => running.includes('program') || ended !== undefined);
  } catch (error) {
    await end();
    throw error;
  }
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.on('error', () => undefined);
  output.on('error', () => undefined);
  api.attach(name, input).catch(() => input.destroy());
  api.follow(name, output).then(
    () => output.end(),
    (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return {
    input,
    output,
    exited: endOf(api, name, () => isOver),
    write: write('keeper'),
    read: (path) => readIn(api, name, path),
    end,
    [Symbol.asyncDispose]: end,
  };
}

async function writeIn(
  api: ClaimApi,
  pod: string,
  container: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const parts = claimPath(path);
  const bytes = claimBytes(path, content);
  const [folder, file] = path.endsWith('/')
    ? [[WORK, ...parts].join('/'), '']
    : [[WORK, ...parts.slice(0, -1)].join('/'), [WORK, ...parts].join('/')];
  // The size is told: the end of a stream is not, over a channel of the API server.
  const script = 'mkdir -p "$1" && if [ -n "$2" ]; then head -c "$3" > "$2"; fi';
  await asClaimError(
    path,
    api.run(pod, container, ['/bin/sh', '-c', script, 'sh', folder, file, `${bytes.length}`], bytes),
  );
}

async function readIn(api: ClaimApi, pod: string, path: string): Promise<Uint8Array> {
  const parts = claimPath(path);
  // Each part is looked at first: a link that the program has made is resolved within this container alone, and is refused all the same.
  const script = `at=$1; shift; for part; do at=$at/$part; if [ -L "$at" ]; then echo "it is a symbolic link" >&2; exit 1; fi; done
[ -f "$at" ] || { echo "it is no regular file" >&2; exit 1; }; head -c ${MOST_CLAIMED + 1} "$at"`;
  const bytes = await asClaimError(
    path,
    api.run(pod, 'keeper', ['/bin/sh', '-c', script, 'sh', WORK, ...parts], new Uint8Array()),
  );
  if (bytes.length > MOST_CLAIMED)
    throw new ClaimError(`File '${path}' of the claim: it has more than ${MOST_CLAIMED} bytes`);
  return bytes;
}

async function asClaimError<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new ClaimError(
      `File '${path}' of the claim: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Waits until a pod is in some state. @throws ClaimError when it never will be. */
async function until(api: ClaimApi, name: string, holds: (state: PodState) => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const state = await api.pod(name);
    if (state !== undefined && holds(state)) return;
    const { phase = '', reason = '', waiting = '' } = state ?? {};
    if (phase === 'Failed' || /Invalid|ErrImage|ImagePull|CreateContainer/.test(waiting))
      throw new ClaimError(
        `The pod of the claim does not start: ${[reason, waiting].filter(Boolean).join(', ')}`,
      );
    if (performance.now() > end)
      throw new ClaimError(
        `The pod of the claim did not start within ${PATIENCE / 1000} s: ${waiting || phase}`,
      );
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

async function endOf(api: ClaimApi, name: string, isOver: () => boolean): Promise<ClaimEnd> {
  for (;;) {
    try {
      const state = await api.pod(name);
      if (isOver() || state === undefined) return { kind: 'ended', reason: 'The claim was ended' };
      if (state.reason === 'DeadlineExceeded') return { kind: 'limit', limit: 'time' };
      if (state.ended?.reason === 'OOMKilled') return { kind: 'limit', limit: 'memory' };
      if (state.ended !== undefined) return { kind: 'exited', code: state.ended.code };
    } catch (error) {
      return {
        kind: 'ended',
        reason: `The cluster does not answer: ${error instanceof Error ? error.message : error}`,
      };
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}
