import { lstatSync, type Stats, statSync } from 'node:fs';
import { Filetype } from '../abi/generated/constants.ts';
import { hostPath } from '../host/files/host-path.ts';
import { errnoMeaning } from '../linux/errno.ts';

/** The type of an open file or of a path; `undefined` for pipes and sockets, which `!file` does not grant. */
export function fileType(stats: Stats): Filetype | undefined {
  if (stats.isDirectory()) return Filetype.directory;
  if (stats.isFile()) return Filetype.regular_file;
  if (stats.isCharacterDevice()) return Filetype.character_device;
  return stats.isBlockDevice() ? Filetype.block_device : undefined;
}

/** Looks at a path: `undefined` when there is nothing, a reason when it cannot be told. */
export function look(path: string, followLink = true): Stats | undefined | string {
  try {
    return (followLink ? statSync : lstatSync)(hostPath(path));
  } catch (error) {
    // `throwIfNoEntry` would be shorter, but takes a file in the place of a directory for nothing since Node 24.
    return isNothing(error) ? undefined : reasonOf(error);
  }
}

/** Tells whether a call of the host failed because there is nothing at its path. */
export function isNothing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Gives the words for a failed call of the host. */
export function reasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  if (typeof errno === 'number') return errnoMeaning(Math.abs(errno));
  return error instanceof Error ? error.message : String(error);
}
