import { isBeneath } from '../../host/files/beneath.ts';
import { check } from '../../host/system-error.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { MOUNT_ATTR_RDONLY, MS_PRIVATE } from '../../linux/mounts.ts';
import { openDevice } from '../../worlds/devices.ts';
import { ALL_ATTRIBUTES } from '../../worlds/mount-attributes.ts';
import { attachMount, changeMount, cloneMount, makeFileSystem } from './detached-mount.ts';
import { isDirectory, tryOpenIn, withOpen } from './sealed-root.ts';

/**
 * The container's /proc and /sys by the path at which they are, as descriptors of the mounts themselves: what is masked
 * there is looked up in them, in no directory that an image has put in their place.
 */
export type KernelMounts = Map<string, number>;

/** Opens a path to be masked; `undefined` when there is nothing. @throws SystemError */
function openMasked(root: number, kernel: KernelMounts, path: string): number | undefined {
  const found = [...kernel].find(([at]) => isBeneath(path, at));
  const [start, rest] = found === undefined ? [root, path] : [found[1], path.slice(found[0].length)];
  const opened = tryOpenIn(start, rest === '' ? '.' : `.${rest}`, { strict: found !== undefined });
  if (opened === -LinuxErrno.ENOENT || opened === -LinuxErrno.ENOTDIR) return undefined;
  return check(opened, 'openat2', `${path} to hide it`);
}

/**
 * Hides paths of the container: a file behind a device that is always empty, a directory behind an empty one. This thread
 * still sees the host's root, whose device it is.
 *
 * @throws SystemError, OciError
 */
export function addMasks(root: number, kernel: KernelMounts, paths: readonly string[]): void {
  for (const path of paths) {
    const place = openMasked(root, kernel, path);
    if (place === undefined) continue;
    withOpen(place, () => withOpen(coverFor(place), (cover) => attachMount(cover, place, path)));
  }
}

function coverFor(place: number): number {
  if (isDirectory(place)) {
    const parameters = [
      ['size', '4096'],
      ['nr_inodes', '1'],
    ] as const;
    return makeFileSystem('tmpfs', parameters, ALL_ATTRIBUTES);
  }
  const device = openDevice('null');
  const cover = withOpen(device, () => cloneMount(device, false));
  // The device stays one: it is opened through a mount that allows devices.
  changeMount(cover, { set: MOUNT_ATTR_RDONLY, propagation: MS_PRIVATE });
  return cover;
}

/** Makes paths of the container read-only. @throws SystemError */
export function addReadOnly(root: number, kernel: KernelMounts, paths: readonly string[]): void {
  for (const path of paths) {
    const place = openMasked(root, kernel, path);
    if (place === undefined) continue;
    withOpen(place, () =>
      withOpen(cloneMount(place, true), (mount) => {
        changeMount(mount, { set: MOUNT_ATTR_RDONLY, tree: true });
        attachMount(mount, place, path);
      }),
    );
  }
}
