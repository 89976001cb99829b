import { close } from '../../host/files/files.ts';
import {
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
} from '../../linux/mounts.ts';
import type { Hierarchies } from '../groups/hierarchies.ts';
import { attachMount, changeMount, makeFileSystem, type Parameters } from './detached-mount.ts';
import { openPlace, withOpen } from './sealed-root.ts';

/** A hierarchy of control groups that a container sees from its own group on. */
export type GroupMount = {
  readonly type: 'cgroup' | 'cgroup2';
  readonly parameters: Parameters;
  /** The directory of the host at which the hierarchy is mounted. */
  readonly at: string;
};

/** Lists the hierarchies, each once, as a container's first process mounts them. */
export function groupMounts(hierarchies: Hierarchies): readonly GroupMount[] {
  if (hierarchies.version === 2) return [{ type: 'cgroup2', parameters: [], at: hierarchies.at }];
  const found = new Map<string, string[]>();
  for (const [controller, at] of hierarchies.at) found.set(at, [...(found.get(at) ?? []), controller]);
  return [...found].map(([at, controllers]) => ({
    type: 'cgroup',
    at,
    parameters: controllers.flatMap(
      (one): Parameters =>
        one.startsWith('name=')
          ? [
              ['none', undefined],
              ['name', one.slice('name='.length)],
            ]
          : [[one, undefined]],
    ),
  }));
}

/**
 * Puts the hierarchies of version 1 into one directory, as hosts have them.
 *
 * @param mounts The name of each in that directory, and its mount.
 * @param readOnly True if the container may not change its groups.
 * @returns The mount of that directory, which `attach` completes once it is in its place.
 */
export function groupDirectory(
  mounts: readonly (readonly [name: string, mount: number])[],
  readOnly: boolean,
): { readonly mount: number; readonly complete: () => void } {
  const attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  const mount = makeFileSystem('tmpfs', [['mode', '0755']], attributes);
  return {
    mount,
    complete: () => {
      for (const [name, each] of mounts) {
        withOpen(openPlace(mount, `/${name}`, 'directory', true), (place) => attachMount(each, place, name));
        if (readOnly) changeMount(each, { set: MOUNT_ATTR_RDONLY });
        close(each);
      }
      if (readOnly) changeMount(mount, { set: MOUNT_ATTR_RDONLY });
    },
  };
}
