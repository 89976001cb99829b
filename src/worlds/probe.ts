import { closeSync, openSync, readSync } from 'node:fs';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { SpawnError } from '../host/processes/spawn.ts';
import { ANNOUNCED, PumpSocketKind } from '../host/pump/records.ts';
import { errnoMeaning } from '../linux/errno.ts';
import { SOCK_SEQPACKET } from '../linux/sockets.ts';

import { spawnHindrance } from './namespace-refusal.ts';
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
 * @param network The network that it has.
 * @returns The failure from before.
 */
export function tryWalls(
  walls: Walls,
  entries: World['entries'] = [],
  network: World['network'] = { kind: 'none' },
): ProbeFailure | undefined {
  const executable = openSync(NO_PROGRAM, 'r');
  try {
    const started = startLinux({
      executable,
      arguments: [NO_PROGRAM],
      environment: [],
      workingDirectory: '/',
      entries,
      descriptors: [],
      network,
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

/** A port on which the probe takes datagrams of both families; any would do. */
const ANY_PORT = 9;

/** The longest message with sockets of the probe, in bytes. */
const LONGEST = 4096;

/**
 * Makes a network in which every address is local, and counts what it hands to a pump.
 *
 * @returns True for IPv6 in it; or the failure.
 */
export function tryNamedNetwork(): { readonly ipv6: boolean } | ProbeFailure {
  const [ours, theirs] = makeSocketPair(SOCK_SEQPACKET);
  const ports = { tcp: [], udp: [], localTcp: [], localUdp: [ANY_PORT] };
  try {
    const failure = tryWalls('all', [], { kind: 'named', ports, out: theirs });
    if (failure !== undefined) return failure;
  } finally {
    closeSync(theirs);
  }
  try {
    // The sockets themselves are not received, and close with their messages.
    const kinds: number[] = [];
    const message = Buffer.alloc(LONGEST);
    for (;;) {
      const length = readSync(ours, message);
      if (length === 0) break;
      for (let at = 0; at < length; at += ANNOUNCED) kinds.push(message.readUInt16LE(at));
    }
    return { ipv6: kinds.includes(PumpSocketKind.udp6) };
  } finally {
    closeSync(ours);
  }
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
