import { closeSync, fstatSync, openSync } from 'node:fs';
import { errnoMeaning } from '../host/errno.ts';
import { StatusFlags } from '../host/files/files.ts';
import { duplicateAbove, makeSocketPair } from '../host/files/new-descriptors.ts';
import type { CallList } from '../host/processes/call-list.ts';
import { packEncoded } from '../host/processes/launch-stub.ts';
import { type Spawned, spawnStub } from '../host/processes/spawn.ts';
import { heldCapabilities } from '../walls/capabilities.ts';
import { landlockVersion } from '../walls/landlock.ts';
import { hostWorld } from './host-world.ts';
import { cloneFlags, inherited, keepPowers, type Launcher } from './launch-list.ts';
import { madeList } from './made-list.ts';
import { type HostObject, hostObject } from './objects.ts';
import { streamRule } from './streams.ts';
import { createScope, createWall, entryAccess, type PathRule } from './wall.ts';
import type { DeviceName, World, WorldEntry } from './world.ts';
import { WorldError } from './world-error.ts';

/** A program on its way: the process is there, its list runs. */
export type Started = {
  readonly process: Spawned;
  /** Our end of the socket on which its failure or its end is reported; it closes when the process is gone. */
  readonly status: number;
  /** What the process does until it is the program. */
  readonly list: CallList;
  /** Whether the whole tree dies with the first process, or only when that is told to end it. */
  readonly ending: 'with the first process' | 'by the first process';
};

/** What a start does without. */
export type Without = {
  /** Mechanisms of the second wall, because the user has accepted it. */
  readonly landlock?: boolean;
  readonly seccomp?: boolean;
  /** Where there are no namespaces, what keeps signals inside: for a program that is part of us. */
  readonly signals?: boolean;
};

const CAP_SETPCAP = 8;
const CAP_SYS_ADMIN = 21;

/** What this process can do. */
export function launcherNow(): Launcher {
  const held = heldCapabilities();
  const has = (capability: number): boolean => ((held >> BigInt(capability)) & 1n) === 1n;
  return {
    user: process.geteuid?.() ?? 0,
    group: process.getegid?.() ?? 0,
    privileged: has(CAP_SYS_ADMIN) && has(CAP_SETPCAP),
    capable: has(CAP_SETPCAP),
  };
}

/** Major and minor numbers of the devices that programs may share (admin-guide/devices.txt). */
const devices: Readonly<Record<DeviceName, readonly [major: number, minor: number]>> = {
  null: [1, 3],
  zero: [1, 5],
  full: [1, 7],
  random: [1, 8],
  urandom: [1, 9],
  tty: [5, 0],
};

/**
 * Opens a device of the host's and makes sure that it is the one.
 *
 * @throws WorldError
 */
function openDevice(name: DeviceName): number {
  const path = `/dev/${name}`;
  const descriptor = tryToOpen(path);
  const [major, minor] = devices[name];
  const { rdev } = fstatSync(descriptor);
  if (rdev === major * 256 + minor) return descriptor;
  closeSync(descriptor);
  throw new WorldError(`${path} of this host is not the device of that name`);
}

function tryToOpen(path: string): number {
  try {
    return openSync(path, StatusFlags.path);
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) throw error;
    throw new WorldError(`Cannot open ${path}: ${errnoMeaning(-error.errno)}`);
  }
}

/** Descriptors that live until the process has its own. */
class Temporary {
  readonly #open: number[] = [];

  keep(descriptor: number): number {
    this.#open.push(descriptor);
    return descriptor;
  }

  /** The descriptor, or a copy with a higher number. */
  above(descriptor: number, least: number): number {
    return descriptor >= least ? descriptor : this.keep(duplicateAbove(descriptor, least));
  }

  close(): void {
    for (const descriptor of this.#open.splice(0)) closeSync(descriptor);
  }
}

/**
 * Starts a program in its world.
 *
 * @throws WorldError, SystemError, SpawnError: nothing was started. What fails later arrives on `status`.
 */
export function startLinux(asked: World, without: Without = {}): Started {
  const temporary = new Temporary();
  const [ours, theirs] = makeSocketPair();
  try {
    const objects = findObjects(asked, temporary);
    const world = asked.walls === 'landlock' ? hostWorld(asked, objects, !without.signals) : asked;
    const first = 1 + Math.max(2, ...world.descriptors.map(([number]) => number));
    temporary.keep(theirs);
    const raised: World = {
      ...world,
      limits: {
        ...world.limits,
        cgroups: world.limits.cgroups.map((group) => temporary.above(group, first)),
      },
      ...(world.terminal !== undefined && { terminal: temporary.above(world.terminal, first) }),
    };
    const launcher = launcherNow();
    const scope =
      world.walls === 'landlock' && !without.landlock && !without.signals ? createScope() : undefined;
    if (scope !== undefined) temporary.keep(scope);
    const given = world.descriptors.map(([number, host]) => [number, temporary.above(host, first)] as const);
    const sealed = given.filter(([number]) => world.sealed?.includes(number) === true);
    const options = {
      world: raised,
      launcher,
      objects,
      sealed: new Map(sealed.map(([, host]) => [host, hostObject(host)])),
      program: hostObject(world.executable),
      status: temporary.above(theirs, first),
      descriptors: {
        executable: temporary.above(world.executable, first),
        ruleset: without.landlock ? undefined : wallFor(world, objects, temporary, first),
        given,
      },
      scope: scope === undefined ? undefined : temporary.above(scope, first),
      filters: !without.seccomp,
    };
    const { list, encoded } = madeList(options);
    const program = temporary.keep(packEncoded(encoded));
    const flags = cloneFlags(world, launcher);
    const keeps = world.walls === 'all' && !launcher.privileged;
    const spawned = spawnStub({
      program,
      inherit: inherited(options),
      flags,
      ...(keeps && { prepare: keepPowers }),
    });
    const ending = world.walls === 'all' ? 'with the first process' : 'by the first process';
    return { process: spawned, status: ours, list, ending };
  } catch (error) {
    closeSync(ours);
    throw error;
  } finally {
    temporary.close();
  }
}

function findObjects(world: World, temporary: Temporary): ReadonlyMap<WorldEntry, HostObject> {
  const objects = new Map<WorldEntry, HostObject>();
  for (const entry of world.entries) {
    if (entry.kind === 'mount') objects.set(entry, hostObject(entry.descriptor));
    else if (entry.kind === 'device')
      objects.set(entry, hostObject(temporary.keep(openDevice(entry.device))));
    else if (entry.kind === 'console' && world.terminal !== undefined)
      objects.set(entry, hostObject(world.terminal));
  }
  return objects;
}

function wallFor(
  world: World,
  objects: ReadonlyMap<WorldEntry, HostObject>,
  temporary: Temporary,
  first: number,
): number | undefined {
  if (landlockVersion() === 0) return undefined;
  const rules = world.entries.flatMap((entry): PathRule[] => {
    const object = objects.get(entry);
    if (object === undefined) return [];
    return [{ descriptor: object.descriptor, directory: object.directory, access: entryAccess(entry) }];
  });
  for (const [, host] of world.descriptors) {
    const rule = streamRule(host);
    if (rule !== undefined) rules.push(rule);
  }
  const ruleset = createWall(rules, world);
  return ruleset === undefined ? undefined : temporary.above(temporary.keep(ruleset), first);
}
