import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { O_PATH } from '../../linux/open-flags.ts';

/** A file or directory that is held open, so that the judged file is the used one. */
export type Held = {
  /** Its path: absolute, without symbolic links. */
  readonly path: string;
  /** Opened with O_PATH. */
  readonly descriptor: number;
};

/**
 * Opens a directory, wherever links lead, and finds out where it lies.
 *
 * @returns `undefined` when there is none.
 */
export function holdFolder(path: string): Held | undefined {
  return hold(path, constants.O_DIRECTORY);
}

/** The same for a path that must lead through no symbolic link, or it is not there. */
export function holdInPlace(path: string, flags: number = constants.O_DIRECTORY): Held | undefined {
  const held = hold(path, flags | constants.O_NOFOLLOW);
  if (held === undefined || held.path === path) return held;
  closeSync(held.descriptor);
  return undefined;
}

function hold(path: string, flags: number): Held | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_PATH | flags);
  } catch {
    return undefined;
  }
  try {
    return { path: readlinkSync(`/proc/self/fd/${descriptor}`), descriptor };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
