import { closeSync, openSync, statSync } from 'node:fs';
import { Filetype } from '../../abi/generated/constants.ts';
import { bytesOf, hostPath } from '../../host/files/host-path.ts';
import type { CallList } from '../../host/processes/call-list.ts';
import { O_RDONLY } from '../../linux/open-flags.ts';
import { statePath } from '../../overlays/state-folder.ts';
import type { PlannedMount } from '../../plan/linux/planned.ts';
import { handedSockets } from '../../plan/linux/sockets.ts';
import { NO_LATE_PARTS, worldOf } from '../../plan/linux/world-of.ts';
import type { LinuxPlan } from '../../plan/plan-types.ts';
import { FdResource } from '../../resources/fd.ts';
import { FileResource } from '../../resources/file.ts';
import { ownedDevice, type SharedDevice } from '../../worlds/devices.ts';
import { hostWorld } from '../../worlds/host-world.ts';
import { launchList } from '../../worlds/launch-list.ts';
import type { HostObject, SealedFile } from '../../worlds/objects.ts';
import type { OverlayLayers } from '../../worlds/overlay.ts';
import { launcherNow } from '../../worlds/start.ts';
import type { Walls, World, WorldEntry } from '../../worlds/world.ts';

/** Stand for the numbers of descriptors that a launch opens, which are found out then. */
const standIns = {
  status: 1000,
  executable: 1001,
  ruleset: 1002,
  scope: 1003,
  terminal: 1004,
  pump: 1005,
  /** Stands for the socket to every server of an encrypted directory. */
  server: 1007,
} as const;
/** Stands for the directories of every overlay. */
const OVERLAY_STAND_IN = { upper: -1, work: -1, lock: 1006 } as const;
const FIRST_MEMBERSHIP = 1010;
const FIRST_COPY = 4000;
const FIRST_GIVEN = 1020;

/** Stands for the terminal that a launch makes. */
const TERMINAL = '/dev/pts/0';

/**
 * Makes the list of system calls by which a new process becomes the program. Nothing is opened: descriptors of the
 * launcher have stand-in numbers from 1000, and a terminal the name of the first one.
 *
 * @throws WorldError for grants that these walls cannot hold.
 */
export function systemCallsOf(plan: LinuxPlan, walls: Walls): CallList {
  const { linux } = plan;
  const { status, executable, ruleset, scope, terminal } = standIns;
  const given = plan.grants.map(({ descriptor, resource }, index): [number, number] => [
    descriptor,
    linux.terminal && descriptor <= 2 && resource === undefined ? terminal : FIRST_GIVEN + index,
  ]);
  const sealed = sealedOf(plan, linux.terminal);
  const groups = new Set(linux.cgroups?.map(({ place }) => place.directory));
  const planned = linux.entries.filter((entry) => entry.kind === 'mount');
  const asked = worldOf(plan, walls, {
    executable,
    mounts: new Map<PlannedMount, number>(planned.map((entry) => [entry, -1])),
    layers: new Map(
      planned.filter(({ overlay }) => overlay !== undefined).map((entry) => [entry, OVERLAY_STAND_IN]),
    ),
    servers: new Map(
      planned.filter(({ encrypt }) => encrypt !== undefined).map((entry) => [entry, standIns.server]),
    ),
    given,
    sealed: [...sealed].filter(([, { mode }]) => mode === O_RDONLY).map(([number]) => number),
    memberships: [...groups].map((_, index) => FIRST_MEMBERSHIP + index),
    handed: handedSockets(plan.grants.map(({ resource }) => resource)),
    terminal: linux.terminal ? terminal : undefined,
    pump: linux.network.mode === 'hosts' ? { out: standIns.pump } : undefined,
    late: NO_LATE_PARTS,
    ...(linux.executables !== undefined && {
      approved: linux.executables.files.map(({ at, size }, index) => ({
        at,
        size,
        descriptor: FIRST_COPY + index,
      })),
    }),
  });
  const objects = objectsOf(asked, planned);
  const world = walls === 'landlock' ? hostWorld(asked, objects) : asked;
  const hostOf = new Map(given);
  return launchList({
    world,
    launcher: launcherNow(),
    objects,
    layers: layersOf(asked, planned),
    sealed: new Map([...sealed].map(([number, file]) => [hostOf.get(number) ?? number, file])),
    program: objectAt(linux.image),
    status,
    descriptors: { executable, ruleset, given },
    scope: walls === 'landlock' ? scope : undefined,
    filters: true,
    supervisor: undefined,
  });
}

/** Lists the files to reopen through a read-only mount, by descriptor of the program. */
function sealedOf({ grants }: LinuxPlan, terminal: boolean): Map<number, SealedFile> {
  const sealed = new Map<number, SealedFile>();
  const devices = new Map<string, HostObject>();
  for (const { descriptor, resource, type } of grants) {
    if (resource instanceof FileResource && type === Filetype.regular_file) {
      const { absolute, rights } = resource;
      if (!rights.presets.includes('write'))
        sealed.set(descriptor, { object: objectAt(absolute), mode: O_RDONLY });
    }
    const device =
      resource instanceof FdResource
        ? ownedDevice(resource.number)
        : resource === undefined && !(terminal && descriptor <= 2)
          ? nothing()
          : undefined;
    if (device === undefined) continue;
    const object = devices.get(device.name) ?? objectAt(`/dev/${device.name}`);
    devices.set(device.name, object);
    sealed.set(descriptor, { object, mode: device.mode });
  }
  return sealed;
}

/** Makes the stand-in for a stream that was not granted. */
function nothing(): SharedDevice | undefined {
  const descriptor = openSync('/dev/null', 'r+');
  try {
    return ownedDevice(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @param planned The mounts of the world, in the same order. */
function objectsOf({ entries }: World, planned: readonly PlannedMount[]): Map<WorldEntry, HostObject> {
  const objects = new Map<WorldEntry, HostObject>();
  const mounts = planned.values();
  for (const entry of entries) {
    // Overlays have their own list, and are mounts of the plan.
    const isMount = entry.kind === 'mount' || entry.kind === 'overlay' || entry.kind === 'encrypted';
    const mount = isMount ? mounts.next().value : undefined;
    if (entry.kind === 'overlay' || entry.kind === 'encrypted') continue;
    const path = mount?.path ?? pathOf(entry);
    if (path !== undefined) objects.set(entry, objectAt(path));
  }
  return objects;
}

/** The folder of an overlay is made when it starts. */
function layersOf(
  { entries }: World,
  planned: readonly PlannedMount[],
): ReadonlyMap<WorldEntry, OverlayLayers> {
  const overlays = planned.filter(({ overlay }) => overlay !== undefined).values();
  const layers = new Map<WorldEntry, OverlayLayers>();
  for (const entry of entries) {
    const mount = entry.kind === 'overlay' ? overlays.next().value : undefined;
    if (mount === undefined) continue;
    const [upper, work] = ['upper', 'work'].map((name) => objectAt(`${statePath()}/ID/${name}`));
    if (upper !== undefined && work !== undefined)
      layers.set(entry, { lower: objectAt(mount.path), upper, work });
  }
  return layers;
}

function pathOf(entry: WorldEntry): string | undefined {
  if (entry.kind === 'device') return `/dev/${entry.device}`;
  return entry.kind === 'console' ? TERMINAL : undefined;
}

function objectAt(path: string): HostObject {
  const found = statSync(hostPath(path), { bigint: true, throwIfNoEntry: false });
  return {
    descriptor: -1,
    path: bytesOf(path),
    device: found?.dev ?? 0n,
    inode: found?.ino ?? 0n,
    directory: found?.isDirectory() ?? false,
  };
}
