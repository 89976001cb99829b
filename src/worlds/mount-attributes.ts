import {
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
} from '../linux/mounts.ts';
import type { WorldEntry } from './world.ts';

/** Attributes of mounts (mount_setattr(2)). */
export const MountAttribute = {
  readOnly: MOUNT_ATTR_RDONLY,
  noSetId: MOUNT_ATTR_NOSUID,
  noDevices: MOUNT_ATTR_NODEV,
  noExecute: MOUNT_ATTR_NOEXEC,
} as const;

/** Everything that a mount can be kept from. */
export const ALL_ATTRIBUTES: number =
  MountAttribute.readOnly | MountAttribute.noSetId | MountAttribute.noDevices | MountAttribute.noExecute;

/** The attributes of the mount of something of the host's. */
export function bindAttributes(entry: WorldEntry): number {
  const { noSetId, noDevices, noExecute, readOnly } = MountAttribute;
  switch (entry.kind) {
    case 'mount':
      return (
        noSetId |
        (entry.device ? 0 : noDevices) |
        (entry.execute ? 0 : noExecute) |
        // Data of a device goes through a read-only mount all the same: Landlock holds that. Its attributes do not.
        (entry.access === 'read' || entry.device ? readOnly : 0)
      );
    case 'encrypted':
      return noSetId | noDevices | (entry.execute ? 0 : noExecute) | (entry.access === 'read' ? readOnly : 0);
    case 'overlay':
      return noSetId | noDevices | (entry.execute ? 0 : noExecute);
    case 'device':
      // So here. A terminal is the program's own.
      return noSetId | noExecute | readOnly;
    default:
      return noSetId | noExecute;
  }
}
