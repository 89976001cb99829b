import { fstatSync } from 'node:fs';
import { getFlags } from '../host/files/files.ts';
import { O_ACCMODE, O_WRONLY } from '../linux/open-flags.ts';
import { LandlockAccess as L } from '../walls/landlock.ts';
import type { PathRule } from './landlock-domain.ts';

/**
 * Makes the rule of Landlock by which a program opens its own descriptor by name, such as `/dev/stderr` and
 * `/proc/self/fd/3`: a file or a device in the way in which it is open already. Pipes and sockets are not files of a
 * directory, and Landlock refuses none of them.
 *
 * @param descriptor A host descriptor that the program gets.
 */
export function streamRule(descriptor: number): PathRule | undefined {
  const stats = fstatSync(descriptor);
  const device = stats.isCharacterDevice() || stats.isBlockDevice();
  if (!device && !stats.isFile()) return undefined;
  const flags = getFlags(descriptor);
  const writes = (flags & O_ACCMODE) !== 0;
  const reads = (flags & O_WRONLY) === 0;
  return {
    descriptor,
    directory: false,
    access: (reads ? L.readFile : 0) | (writes ? L.writeFile | L.truncate : 0) | (device ? L.ioctlDev : 0),
  };
}
