import { closeSync } from 'node:fs';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import type { CallList } from '../host/processes/call-list.ts';
import { type Spawned, spawnStub } from '../host/processes/spawn.ts';
import { O_RDONLY } from '../linux/open-flags.ts';
import { CAP_SETPCAP, CAP_SYS_ADMIN } from '../linux/prctl.ts';
import { heldCapabilities } from '../walls/capabilities.ts';
import { landlockVersion } from '../walls/landlock.ts';
import { openDevice, ownedDevice } from './devices.ts';
import { hostWorld } from './host-world.ts';
import { createScope, createWall, entryAccess, type PathRule } from './landlock-domain.ts';
import { cloneFlags, keepPowers, type Launcher } from './launch-list.ts';
import { madeList } from './made-list.ts';
import { type HostObject, hostObject, type SealedFile } from './objects.ts';
import type { OverlayLayers } from './overlay.ts';
import { streamRule } from './streams.ts';
import { placeSupervisor } from './supervisor-start.ts';
import { startTemplate, type TemplateProcess } from './template.ts';
import type { DeviceName, SharedEntry, World, WorldEntry } from './world.ts';

/** A program on its way: the process is there, its list runs. */
export type Started = {
  readonly process: Spawned;
  /** Our end of the socket on which its failure or its end is reported; it closes when the process is gone. */
  readonly status: number;
  /** The steps of the process until it is the program. */
  readonly list: CallList;
  /** The way in which the tree ends: with the first process, or only when that is told to end it. */
  readonly ending: 'with the first process' | 'by the first process';
};

/** Mechanisms that a start does without. */
export type Without = {
  /** Mechanisms of the second wall, because the user has accepted it. */
  readonly landlock?: boolean;
  readonly seccomp?: boolean;
  /** Without namespaces, the domain that keeps signals inside: for a program that is part of us. */
  readonly signals?: boolean;
};

/** Finds out the privileges of this process. */
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

/** Descriptors that live until the process has its own. */
class Temporary {
  readonly #open: number[] = [];
  readonly #devices = new Map<DeviceName, HostObject>();

  /** A device of the host, opened once. */
  device(name: DeviceName): HostObject {
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const device = hostObject(this.keep(openDevice(name)));
    this.#devices.set(name, device);
    return device;
  }

  keep(descriptor: number): number {
    this.#open.push(descriptor);
    return descriptor;
  }

  close(): void {
    for (const descriptor of this.#open.splice(0)) closeSync(descriptor);
  }
}

/**
 * The first of them. Lower numbers are free for what the process opens while the program's limit of open files holds it
 * already.
 */
const FIRST_PLACE = 32;

/**
 * The numbers that descriptors have in the new process until it is the program: above all that the program gets. They do
 * not depend on the host's, so that the same start has the same list.
 */
class Places {
  readonly #numbers = new Map<number, number>();
  readonly #first: number;

  constructor({ descriptors }: World) {
    this.#first = Math.max(FIRST_PLACE, 1 + Math.max(2, ...descriptors.map(([number]) => number)));
  }

  /** The number of a host descriptor. */
  of(host: number): number {
    const known = this.#numbers.get(host);
    if (known !== undefined) return known;
    const number = this.#first + this.#numbers.size;
    this.#numbers.set(host, number);
    return number;
  }

  get all(): readonly (readonly [host: number, number: number])[] {
    return [...this.#numbers];
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
    temporary.keep(theirs);
    const objects = findObjects(asked, temporary);
    const world = asked.walls === 'landlock' ? hostWorld(asked, objects, !without.signals) : asked;
    const launcher = launcherNow();
    const scoped = world.walls === 'landlock' ? !without.signals : world.supervisor !== undefined;
    const scope = scoped && !without.landlock ? createScope() : undefined;
    if (scope !== undefined) temporary.keep(scope);
    const ruleset = without.landlock ? undefined : wallFor(world, objects, temporary);
    const places = new Places(world);
    const place = (host: number): number => places.of(host);
    const options = {
      world: {
        ...world,
        entries: world.entries.map((entry) =>
          entry.kind === 'encrypted' ? { ...entry, out: place(entry.out) } : entry,
        ),
        held: (world.held ?? []).map(place),
        limits: { ...world.limits, cgroups: world.limits.cgroups.map(place) },
        ...(world.terminal !== undefined && { terminal: place(world.terminal) }),
        network:
          world.network.kind === 'named'
            ? { ...world.network, out: place(world.network.out) }
            : world.network,
        ...(world.observed !== undefined && {
          observed: { ...world.observed, out: place(world.observed.out) },
        }),
        ...(world.approved !== undefined && {
          approved: world.approved.map((copy) => ({ ...copy, descriptor: place(copy.descriptor) })),
        }),
        ...(world.template !== undefined && {
          template: { ...world.template, namespace: place(world.template.namespace) },
        }),
        ...(world.supervisor !== undefined && {
          supervisor: { ...world.supervisor, table: 0, reports: 0, masks: [], text: undefined },
        }),
      },
      launcher,
      objects,
      layers: findLayers(world),
      sealed: findSealed(world, places, temporary),
      program: hostObject(world.executable),
      status: place(theirs),
      descriptors: {
        executable: place(world.executable),
        ruleset: ruleset === undefined ? undefined : place(ruleset),
        given: world.descriptors.map(([number, host]) => [number, place(host)] as const),
      },
      scope: scope === undefined ? undefined : place(scope),
      filters: !without.seccomp,
      supervisor:
        world.supervisor === undefined
          ? undefined
          : placeSupervisor(world.supervisor, place, (file) => temporary.keep(file)),
    };
    const made = madeList(options);
    const flags = cloneFlags(world, launcher);
    const keeps = world.walls === 'all' && !launcher.privileged;
    const spawned = spawnStub({
      program: made.program,
      inherit: [],
      place: places.all,
      flags,
      ...(keeps && { prepare: (list: CallList) => keepPowers(list, world) }),
    });
    made.close();
    const ending = world.walls === 'all' ? 'with the first process' : 'by the first process';
    return { process: spawned, status: ours, list: made.list, ending };
  } catch (error) {
    closeSync(ours);
    throw error;
  } finally {
    temporary.close();
  }
}

/** A template that is being made. */
export type TemplatePreparation = TemplateProcess & {
  readonly shared: readonly SharedEntry[];
  /** The device and inode of each mount and device among them. */
  readonly identities: readonly Pick<HostObject, 'device' | 'inode'>[];
};

/**
 * Starts a process that makes a template for worlds like this one.
 *
 * @param isShared Tells which entries it has.
 * @throws WorldError, SystemError, SpawnError
 */
export function prepareTemplate(world: World, isShared: (index: number) => boolean): TemplatePreparation {
  const temporary = new Temporary();
  try {
    const objects = findObjects(world, temporary);
    const shared = world.entries
      .filter((_, index) => isShared(index))
      .map((entry) => ({ entry, directory: objects.get(entry)?.directory ?? false }));
    const rest = { entries: world.entries.filter((_, index) => !isShared(index)) };
    const identities = shared.flatMap(({ entry }) => objects.get(entry) ?? []);
    return { ...startTemplate(shared, { world: rest, objects }, objects), shared, identities };
  } finally {
    temporary.close();
  }
}

function findObjects(world: World, temporary: Temporary): ReadonlyMap<WorldEntry, HostObject> {
  const objects = new Map<WorldEntry, HostObject>();
  for (const entry of world.entries) {
    if (entry.kind === 'mount') objects.set(entry, hostObject(entry.descriptor));
    else if (entry.kind === 'device') objects.set(entry, temporary.device(entry.device));
    else if (entry.kind === 'console' && world.terminal !== undefined)
      objects.set(entry, hostObject(world.terminal));
  }
  return objects;
}

function findLayers({ entries }: World): ReadonlyMap<WorldEntry, OverlayLayers> {
  const layers = new Map<WorldEntry, OverlayLayers>();
  for (const entry of entries)
    if (entry.kind === 'overlay') {
      const { descriptor, upper, work } = entry;
      const found = { lower: hostObject(descriptor), upper: hostObject(upper), work: hostObject(work) };
      layers.set(entry, found);
    }
  return layers;
}

/**
 * Finds the descriptors to reopen through a read-only mount, by the number in the new process: files
 * that are only read, and devices.
 */
function findSealed(world: World, places: Places, temporary: Temporary): ReadonlyMap<number, SealedFile> {
  const sealed = new Map<number, SealedFile>();
  for (const [number, host] of world.descriptors) {
    const place = places.of(host);
    if (world.sealed?.includes(number)) sealed.set(place, { object: hostObject(host), mode: O_RDONLY });
    const device = ownedDevice(host);
    if (device === undefined) continue;
    const { name, mode } = device;
    sealed.set(place, { object: temporary.device(name), mode });
  }
  return sealed;
}

function wallFor(
  world: World,
  objects: ReadonlyMap<WorldEntry, HostObject>,
  temporary: Temporary,
): number | undefined {
  if (landlockVersion() === 0) return undefined;
  const rules = world.entries.flatMap((entry): PathRule[] => {
    const object = objects.get(entry);
    if (object === undefined) return [];
    return [{ descriptor: object.descriptor, directory: object.directory, access: entryAccess(entry) }];
  });
  const narrow = new Set(world.narrow?.map(({ number }) => number));
  for (const [number, host] of world.descriptors) {
    // A file that is opened again would have another number, and no limits.
    const rule = narrow.has(number) ? undefined : streamRule(host);
    if (rule !== undefined) rules.push(rule);
  }
  const ruleset = createWall(rules, world);
  return ruleset === undefined ? undefined : temporary.keep(ruleset);
}
