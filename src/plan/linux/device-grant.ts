import { MountFlags, mountFlags } from '../../host/files/mount-flags.ts';
import type { Spelling } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { landlockReach } from '../../worlds/landlock-domain.ts';

/**
 * Says why a device cannot be granted by its name; `undefined` when it can.
 *
 * @param path A path on the host that leads to it.
 * @param written The path as it was written.
 */
export function deviceProblem(
  path: string,
  written: string,
  access: 'read' | 'write',
  spelling: Spelling,
): string | undefined {
  if ((mountFlags(path) & MountFlags.noDevices) !== 0)
    return `Device ${quote(written)} cannot be opened: it lies on a file system that is mounted without devices (nodev)`;
  // A read-only mount lets data of a device through.
  if (access === 'read' && landlockReach().files === 0)
    return `Without Landlock, nothing keeps a Linux program from writing to the device ${quote(written)}; ${spelling === 'options' ? 'grant it with --write' : "grant 'write', too"}`;
  return undefined;
}
