import { lstatSync, mkdirSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hostPath } from '../host/files/host-path.ts';
import { OVERLAYFS_SUPER_MAGIC } from '../linux/mounts.ts';
import { S_IRWXG, S_IRWXO } from '../linux/stat.ts';
import { printable } from '../text/printable.ts';
import { OverlayError } from './overlay-error.ts';

/** The variable that moves the folder (XDG Base Directory Specification). */
const VARIABLE = 'XDG_STATE_HOME';

/**
 * The folder for changes that are kept aside: `$XDG_STATE_HOME/cloudabi/overlays`, by default
 * `~/.local/state/cloudabi/overlays`. It need not exist.
 *
 * @throws OverlayError for a user without a home.
 */
export function statePath(): string {
  const wanted = process.env[VARIABLE];
  if (wanted?.startsWith('/')) return join(wanted, 'cloudabi/overlays');
  try {
    return join(homedir(), '.local/state/cloudabi/overlays');
  } catch {
    throw new OverlayError(`This user has no home to keep changes in; set ${VARIABLE} to a directory`);
  }
}

/**
 * Finds the folder without symbolic links.
 *
 * @returns `undefined` if it does not exist.
 * @throws OverlayError where another user could write to it.
 */
export function stateFolder(): string | undefined {
  const path = statePath();
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  return checked(path);
}

/**
 * Makes the folder, for this user alone.
 *
 * @throws OverlayError where it cannot be made, or cannot hold an overlay.
 */
export function makeStateFolder(): string {
  const path = statePath();
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new OverlayError(
      `Cannot make ${shown(path)}, in which changes are kept: ${reason(error)}; set ${VARIABLE} to another directory`,
    );
  }
  const folder = checked(path);
  // The kernel takes no upper directory there: whiteouts and renames need the file system itself.
  if (statfsSync(hostPath(folder)).type === OVERLAYFS_SUPER_MAGIC)
    throw new OverlayError(
      `Changes cannot be kept in ${shown(folder)}, which lies on an overlay itself, as the root of a container does; set ${VARIABLE} to a directory of another file system, such as a volume`,
    );
  return folder;
}

function checked(path: string): string {
  const folder = realpathSync(path);
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.geteuid?.() || (mode & (S_IRWXG | S_IRWXO)) !== 0)
    throw new OverlayError(
      `${shown(folder)} holds changes that are kept aside and must belong to this user alone (mode 0700)`,
    );
  return folder;
}

function shown(path: string): string {
  return `'${printable(path)}'`;
}

function reason(error: unknown): string {
  return error instanceof Error ? printable(error.message) : String(error);
}
