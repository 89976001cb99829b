import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { mountTable } from '../host/files/mount-table.ts';
import { readOpenFile } from '../host/files/own-file.ts';
import { userHome } from '../host/files/user-folders.ts';
import { S_IWGRP, S_IWOTH } from '../linux/stat.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { LARGEST_PROFILE, type ProfileText } from './find.ts';

/** The name of the file of a project's grants. */
export const PROJECT_FILE = 'cloudabi.yaml';

/** A file of grants that came with a project. */
export type ProjectFile = ProfileText & {
  /** The directory in which it lies; absolute, without symbolic links. */
  readonly directory: string;
};

/** Something has the name of a project file, and none of its user's. */
export class ProjectFileError extends Error {
  override readonly name = 'ProjectFileError';
}

/**
 * Looks for a project file in a directory and above it. The search ends before a directory of another user's or in which
 * others can write, before the user's home, and at the border of a mount.
 *
 * @param start Absolute, without symbolic links.
 * @returns `undefined` when there is none.
 * @throws ProjectFileError for one that is a link, no regular file, or another user's.
 */
export function findProjectFile(start: string): ProjectFile | undefined {
  const home = userHome();
  let points: ReadonlySet<string> | undefined;
  for (let here = start; here !== '/' && here !== home; here = dirname(here)) {
    const directory = openOwn(here);
    if (directory === undefined) return undefined;
    try {
      const text = readIn(directory, here);
      if (text !== undefined)
        return { text, shown: PROJECT_FILE, path: join(here, PROJECT_FILE), directory: here };
    } finally {
      closeSync(directory);
    }
    points ??= mountPoints();
    if (points?.has(here) !== false) return undefined;
  }
  return undefined;
}

/** The places where file systems are mounted; `undefined` where there is no /proc, in which nothing is started either. */
function mountPoints(): ReadonlySet<string> | undefined {
  try {
    return new Set(mountTable().map(({ point }) => point));
  } catch {
    return undefined;
  }
}

/** Opens a directory of this user's in which no other user can write; `undefined` for others. */
function openOwn(path: string): number | undefined {
  let directory: number;
  try {
    directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  if (isOwn(fstatSync(directory))) return directory;
  closeSync(directory);
  return undefined;
}

/** Files of a user are often writable for a group that has no other member: that of the user. */
function isOwn({ uid, gid, mode }: Stats): boolean {
  if (uid !== process.geteuid?.() || (mode & S_IWOTH) !== 0) return false;
  return (mode & S_IWGRP) === 0 || gid === process.getegid?.();
}

function readIn(directory: number, shown: string): string | undefined {
  const path = join(shown, PROJECT_FILE);
  const wrong = (reason: string): ProjectFileError =>
    new ProjectFileError(`Cannot use the grants of ${quote(path)}: ${reason}; --no-project leaves them out`);
  let file: number;
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;
    file = openSync(`/proc/self/fd/${directory}/${PROJECT_FILE}`, flags);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw wrong(code === 'ELOOP' ? 'it is a symbolic link' : reasonOf(error));
  }
  try {
    const attributes = fstatSync(file);
    if (!attributes.isFile()) throw wrong('it is not a regular file');
    if (!isOwn(attributes)) throw wrong('it is of another user, or others can write to it');
    const bytes = readOpenFile(file, LARGEST_PROFILE);
    if (bytes === undefined) throw wrong(`it has more than ${LARGEST_PROFILE} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw error instanceof TypeError ? wrong('it is not UTF-8') : error;
  } finally {
    closeSync(file);
  }
}
