import { dirname, join, resolve } from 'node:path';
import { ForeignFileError, readOwnFile } from '../host/files/own-file.ts';
import { readSmallFile, UnsuitableFileError } from '../host/files/small-file.ts';
import { configHome, OWN_FOLDER } from '../host/files/user-folders.ts';
import { isNothing, reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import { namesIn, PROFILE_ENDING, PROFILE_NAME, shippedNames, shippedPath } from './shipped.ts';

/** Bytes of the largest profile. */
export const LARGEST_PROFILE: number = 2 ** 20;

/** A profile that was read. */
export type ProfileText = {
  readonly text: string;
  /** Its name in messages. */
  readonly shown: string;
  /** Its absolute path. */
  readonly path: string;
};

/** The folder of the user's own profiles; `undefined` where there is no home. */
export function userFolder(): string | undefined {
  const config = configHome();
  return config === undefined ? undefined : join(config, ...OWN);
}

/** That folder beneath the one of configuration. */
const OWN = [OWN_FOLDER, 'profiles'] as const;

/** Lists the names of the user's own profiles. */
export function userNames(): readonly string[] {
  const folder = userFolder();
  return folder === undefined ? [] : namesIn(folder);
}

/**
 * Finds a profile by its name, or by a path, which has a slash. A name is never looked up in a working directory.
 *
 * @param directory The folder where a relative path starts.
 * @returns The profile, or a sentence that says why there is none.
 */
export function findProfile(name: string, directory: string): ProfileText | string {
  if (name.includes('/')) return readAt(resolve(directory, name), name);
  if (!PROFILE_NAME.test(name))
    return `${quote(name)} is no name of a profile: those have small letters, digits and hyphens, and a path has a slash, such as './team.yaml'`;
  const shipped = shippedPath(name);
  const own = readUsers(name);
  if (typeof own === 'string') return own;
  if (shipped === undefined) return own ?? unknown(name);
  if (own !== undefined)
    return `There are two profiles ${quote(name)}, that of cloudabi and ${quote(own.path)}; give yours another name`;
  const found = readAt(shipped, name);
  return typeof found === 'string'
    ? found
    : { ...found, shown: `cloudabi/profiles/${name}${PROFILE_ENDING}` };
}

function unknown(name: string): string {
  const names = [...shippedNames(), ...userNames()];
  const folder = userFolder();
  const where = folder === undefined ? '' : `; your own lie in ${quote(folder)}`;
  return `There is no profile ${quote(name)}; there are ${names.join(', ')}${where}${didYouMean(name, names)}`;
}

function readAt(path: string, written: string): ProfileText | string {
  try {
    return textOf(readSmallFile(path, LARGEST_PROFILE), written, path);
  } catch (error) {
    if (error instanceof UnsuitableFileError) return `Cannot read the profile: ${error.message}`;
    return `Cannot read the profile ${quote(written)}: ${isNothing(error) ? 'no such file' : reasonOf(error)}`;
  }
}

/** Reads a profile of the user's configuration, which no other user can have written. */
function readUsers(name: string): ProfileText | undefined | string {
  const folder = userFolder();
  if (folder === undefined) return undefined;
  const path = join(folder, `${name}${PROFILE_ENDING}`);
  try {
    const file = readOwnFile([dirname(dirname(folder)), ...OWN], `${name}${PROFILE_ENDING}`, LARGEST_PROFILE);
    return file === undefined ? undefined : textOf(file.bytes, path, path);
  } catch (error) {
    const reason = error instanceof ForeignFileError ? error.message : reasonOf(error);
    return `Cannot use the profile ${quote(path)}: ${reason}`;
  }
}

function textOf(bytes: Uint8Array, shown: string, path: string): ProfileText | string {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), shown, path };
  } catch {
    return `Cannot read the profile ${quote(shown)}: it is not UTF-8`;
  }
}
