import { closeSync, openSync } from 'node:fs';
import { SpawnError } from '../host/processes/spawn.ts';
import { errnoMeaning } from '../linux/errno.ts';
import { spawnHindrance } from './refusal.ts';
import { waitForEnd } from './run-to-end.ts';
import { type Started, startLinux } from './start.ts';
import type { Walls, World } from './world.ts';

/* Tries out on this host what starts of Linux programs rely on, by starting one. */

/** The step that failed. */
export type ProbeFailure = {
  /** The missing part of the host, such as `network namespaces`; `undefined` when no single thing is. */
  readonly needs: string | undefined;
  /** One line for people. */
  readonly detail: string;
};

/** The smallest program of our own: an image that the host's kernel refuses as one, so that nothing is run. */
const NO_PROGRAM = '/dev/null';

/**
 * Starts a program in an empty world (`entries` aside); the start fails at its last step, since the program is none.
 *
 * @param entries The entries that are in the world all the same.
 * @returns The failure from before.
 */
export function tryWalls(walls: Walls, entries: World['entries'] = []): ProbeFailure | undefined {
  const executable = openSync(NO_PROGRAM, 'r');
  try {
    const started = startLinux({
      executable,
      arguments: [NO_PROGRAM],
      environment: [],
      workingDirectory: '/',
      entries,
      descriptors: [],
      network: { kind: 'none' },
      limits: { resources: [], cgroups: [] },
      calls: [],
      walls,
    });
    return waitForFailure(started);
  } catch (error) {
    if (error instanceof SpawnError) {
      const why = spawnHindrance(error);
      return { needs: 'user namespaces', detail: typeof why === 'string' ? why : why.cause };
    }
    return { needs: undefined, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    closeSync(executable);
  }
}

function waitForFailure(started: Started): ProbeFailure | undefined {
  const message = waitForEnd(started, undefined);
  if (message?.kind !== 'failed') return { needs: undefined, detail: 'the attempt ended without a word' };
  const { step, errno } = message;
  if (step.call === 'execveat') return undefined;
  return { needs: step.needs, detail: `cannot ${step.words}: ${errnoMeaning(errno)}` };
}

/** Says why programs cannot have a world of their own here; `undefined` when they can. */
export function namespacesFailure(): ProbeFailure | undefined {
  return tryWalls('all');
}

/**
 * Says why programs cannot have a `/proc` of their own here: where parts of the host's are hidden, no other is given
 * out.
 */
export function procFailure(): ProbeFailure | undefined {
  return tryWalls('all', [{ kind: 'proc', at: '/proc', show: 'processes' }]);
}
