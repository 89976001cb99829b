import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OciError } from '../oci-error.ts';
import { writeExisting } from './group-file.ts';

/* Stops all processes of a group at once (freezer of version 1, cgroup.freeze of version 2). */

/** Tries so often, a few milliseconds apart, until all are stopped. */
const ATTEMPTS = 500;
const PAUSE = 5;

function read(directory: string, name: string): string | undefined {
  try {
    return readFileSync(join(directory, name), 'latin1').trim();
  } catch {
    return undefined;
  }
}

/** Tells whether a group is stopped, or about to be. */
export function isFrozen(directory: string): boolean {
  const first = read(directory, 'freezer.state');
  return first === undefined ? read(directory, 'cgroup.freeze') === '1' : first !== 'THAWED';
}

/**
 * Stops a group, or lets it go on, and waits until that is so.
 *
 * @throws OciError
 */
export function freeze(directory: string, stop: boolean): void {
  const isFirst = read(directory, 'freezer.state') !== undefined;
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (isFirst) {
      writeExisting(join(directory, 'freezer.state'), stop ? 'FROZEN' : 'THAWED');
      if (read(directory, 'freezer.state') === (stop ? 'FROZEN' : 'THAWED')) return;
    } else {
      if (attempt === 0) writeExisting(join(directory, 'cgroup.freeze'), stop ? '1' : '0');
      if (read(directory, 'cgroup.events')?.includes(stop ? 'frozen 1' : 'frozen 0')) return;
    }
    Atomics.wait(sleep, 0, 0, PAUSE);
  }
  throw new OciError(stop ? 'unable to freeze the container' : 'unable to thaw the container');
}
