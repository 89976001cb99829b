import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The name of a profile, so that no name is a path. */
export const PROFILE_NAME: RegExp = /^[a-z][a-z0-9-]{0,63}$/;

/** The ending of the file of a profile. */
export const PROFILE_ENDING = '.yaml';

/**
 * The folder of the profiles that this package brings. The same from a file of the library and from a bundled command,
 * because this file is as deep in dist/ as those.
 */
export function shippedFolder(): string {
  return fileURLToPath(new URL('../../profiles', import.meta.url));
}

/** Lists the names of the profiles that this package brings, in their order. */
export function shippedNames(): readonly string[] {
  return namesIn(shippedFolder());
}

/** Lists the names of profiles that a folder has; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  let files: readonly string[];
  try {
    files = readdirSync(folder);
  } catch {
    return [];
  }
  return files
    .filter((file) => file.endsWith(PROFILE_ENDING))
    .map((file) => file.slice(0, -PROFILE_ENDING.length))
    .filter((name) => PROFILE_NAME.test(name))
    .toSorted();
}

/** The path of a profile that this package brings; `undefined` for a name that none has. */
export function shippedPath(name: string): string | undefined {
  if (!shippedNames().includes(name)) return undefined;
  return join(shippedFolder(), `${name}${PROFILE_ENDING}`);
}
