import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { hostPath } from '../../host/files/host-path.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import type { PathAccess } from './use.ts';

/** The bit of each access in the last three of a mode, and in access(2). */
const bits: Readonly<Record<PathAccess, number>> = {
  read: constants.R_OK,
  write: constants.W_OK,
  exec: constants.X_OK,
};

/**
 * Says why the permissions of a file of the host withhold it from this user; `undefined` when they do not. A program of
 * root has no capabilities, so that modes count for it, too.
 *
 * @param path Absolute, on the host.
 */
export function permissionProblem(path: string, access: PathAccess): string | undefined {
  try {
    accessSync(hostPath(path), bits[access]);
    if (process.geteuid?.() !== 0) return undefined;
    const stats = statSync(hostPath(path));
    // To use a directory by a name in it takes the right to search it, too.
    const wanted = stats.isDirectory() && access !== 'exec' ? bits[access] | bits.exec : bits[access];
    if ((permissionsOf(stats) & wanted) === wanted) return undefined;
    return `its owner is user ${stats.uid}, its mode ${(stats.mode & 0o7777).toString(8)}, and a program of root has no capabilities`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** The three bits of a mode that count for this user. */
function permissionsOf({ uid, gid, mode }: Stats): number {
  if (uid === process.geteuid?.()) return (mode >> 6) & 7;
  const member = gid === process.getegid?.() || (process.getgroups?.() ?? []).includes(gid);
  return (member ? mode >> 3 : mode) & 7;
}
