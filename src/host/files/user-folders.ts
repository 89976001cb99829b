import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/* Folders of this user's that steer what we do (XDG Base Directory Specification). */

/** The name of our own folders in those of the user. */
export const OWN_FOLDER = 'cloudabi';

/** The user's home as the environment says, absolute; `undefined` for none that could be one. */
export function userHome(): string | undefined {
  try {
    const home = homedir();
    return home.startsWith('/') && resolve(home) !== '/' ? resolve(home) : undefined;
  } catch {
    // A user whom no list has, without HOME.
    return undefined;
  }
}

/**
 * Finds a folder of the specification.
 *
 * @param variable The variable that names it; the specification has relative paths ignored.
 * @param fallback The folder beneath the home without it.
 */
export function xdgFolder(variable: string, fallback: string): string | undefined {
  const given = process.env[variable];
  if (given?.startsWith('/')) return resolve(given);
  const home = userHome();
  return home === undefined ? undefined : join(home, fallback);
}

/** The user's configuration: `$XDG_CONFIG_HOME`, by default `~/.config`. */
export function configHome(): string | undefined {
  return xdgFolder('XDG_CONFIG_HOME', '.config');
}

/** Files that programs keep from one start to the next: `$XDG_STATE_HOME`, by default `~/.local/state`. */
export function stateHome(): string | undefined {
  return xdgFolder('XDG_STATE_HOME', '.local/state');
}

/** Lists every folder of ours that would be used now or, with another environment, later. */
export function ownFolders(): readonly string[] {
  const homes = [userHome, () => userInfo().homedir].flatMap((find) => {
    try {
      return find() ?? [];
    } catch {
      return [];
    }
  });
  const usual = homes.flatMap((home) => ['.config', '.local/state'].map((folder) => join(home, folder)));
  const now = [configHome(), stateHome()].flatMap((folder) => folder ?? []);
  return [...new Set([...now, ...usual])].map((folder) => join(folder, OWN_FOLDER));
}
