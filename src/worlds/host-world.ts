import { statSync } from 'node:fs';
import { hostPath } from '../host/files/host-path.ts';
import { landlockReach } from './landlock-domain.ts';
import { excessOver, excessProblem, type Reach } from './narrower.ts';
import { type HostObject, pathText } from './objects.ts';
import type { World, WorldEntry } from './world.ts';
import { WorldError } from './world-error.ts';

/**
 * Gives the rest of a world without namespaces: the host's own paths, of which Landlock lets the program use those that
 * were granted, where they lie. The parts of a made root (a private /tmp, /proc, terminals, synthetic files) do not
 * exist then: the program has nothing in their place.
 *
 * @param objects The objects of mounts and devices, by entry.
 * @param signals True if its signals must be kept inside.
 * @throws WorldError on hosts whose Landlock cannot hold a program alone, for grants at other places than on the
 * host, for grants narrower than those around them, and for a network of its own.
 */
export function hostWorld(world: World, objects: ReadonlyMap<WorldEntry, HostObject>, signals = true): World {
  if (signals && !landlockReach().scopes) {
    throw new WorldError(
      'Without namespaces, a Linux program needs Landlock that keeps its signals inside (ABI 6, Linux 6.12)',
    );
  }
  if (world.network.kind === 'loopback') {
    throw new WorldError('A loopback interface of its own needs namespaces, which are not used');
  }
  if (world.network.kind === 'named') {
    throw new WorldError('A network that leads to granted hosts needs namespaces, which are not used');
  }
  for (const entry of world.entries)
    if (entry.kind === 'encrypted')
      throw new WorldError(`Without namespaces, ${entry.at} cannot be encrypted: that takes a mount`);
  for (const entry of world.entries)
    if (entry.kind === 'overlay')
      throw new WorldError(
        `Without namespaces, changes of ${entry.at} cannot be kept aside: an overlay is a mount`,
      );
  for (const entry of world.entries)
    if (entry.kind === 'pin' && entry.readOnly)
      throw new WorldError(
        `Without namespaces, ${entry.at} cannot be withheld from the writable grant above it; grant directories beneath that do not hold it`,
      );
  const entries = world.entries.filter((entry) => isThere(entry, objects.get(entry)));
  refuseNarrower(entries, objects);
  return { ...world, entries };
}

/** Refuses entries that are meant to be narrower than entries around them, and would not be. */
function refuseNarrower(entries: readonly WorldEntry[], objects: ReadonlyMap<WorldEntry, HostObject>): void {
  const reaches = entries.flatMap((entry): Reach[] => {
    const object = objects.get(entry);
    if (entry.kind !== 'mount' || object === undefined) return [];
    return [{ path: pathText(object), write: entry.access === 'write', execute: entry.execute }];
  });
  for (const reach of reaches) {
    const excess = excessOver(reach, reaches);
    if (excess !== undefined) throw new WorldError(excessProblem(reach.path, excess));
  }
}

function isThere(entry: WorldEntry, object: HostObject | undefined): boolean {
  if (entry.kind === 'device') return entry.at === `/dev/${entry.device}`;
  if (entry.kind !== 'mount' || object === undefined) return false;
  // The host has just told that the object lies there.
  if (pathText(object) === entry.at) return true;
  // Another name of the same thing is as good.
  const there = statSync(hostPath(entry.at), { bigint: true, throwIfNoEntry: false });
  if (there !== undefined && there.dev === object.device && there.ino === object.inode) return true;
  throw new WorldError(
    `Cannot show ${pathText(object)} at ${entry.at}: without namespaces, the program sees it where it lies on the host`,
  );
}
