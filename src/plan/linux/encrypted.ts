import { existsSync } from 'node:fs';
import type { Spelling } from '../../resources/spelling.ts';
import { spellSetting } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { FUSE_DEVICE } from '../../worlds/encrypted.ts';
import type { Walls } from '../../worlds/world.ts';
import type { PlannedMount } from './planned.ts';

/** Says why the files of a directory cannot be encrypted; `undefined` when they can. */
export function encryptProblem(
  { path, type, overlay }: PlannedMount,
  walls: Walls,
  spelling: Spelling,
): string | undefined {
  const what = `Files of ${quote(path)} cannot be encrypted`;
  if (walls === 'landlock')
    return `${what}: that takes a mount, which needs namespaces; leave '${spellSetting('walls', 'landlock', spelling)}' out`;
  if (type !== 'directory') return `${what}: it is a ${type}; encrypt its directory`;
  if (overlay !== undefined)
    return `${what}: its changes are kept aside, where they would not be encrypted; leave one of the two out`;
  if (!existsSync(FUSE_DEVICE))
    return `${what}: this host has no ${FUSE_DEVICE}; load the module 'fuse', and in a container pass the device on (docker run --device /dev/fuse)`;
  return undefined;
}
