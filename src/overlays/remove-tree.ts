import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Begins the names of directories that were moved up to be emptied. */
const MOVED = '.removed-';

const SLASH = Buffer.from('/');

/**
 * Removes a directory with all that a program has made in it: names of any bytes, directories without permissions, and
 * trees that are deeper than a path can be long, since each directory is moved up before it
 * is emptied. Nothing is opened and no symbolic link is followed.
 *
 * Precondition: no other process changes it.
 */
export function removeTree(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  chmodSync(path, 0o700);
  const pending: Buffer[] = [];
  let moved = 0;
  for (const name of readdirSync(path, { encoding: 'buffer' })) {
    const child = Buffer.concat([Buffer.from(`${path}/`), name]);
    if (lstatSync(child).isDirectory()) pending.push(child);
    else unlinkSync(child);
  }
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    chmodSync(directory, 0o700);
    for (const name of readdirSync(directory, { encoding: 'buffer' })) {
      const child = Buffer.concat([directory, SLASH, name]);
      if (!lstatSync(child).isDirectory()) {
        unlinkSync(child);
        continue;
      }
      // Moving a directory changes its own entry `..`.
      chmodSync(child, 0o700);
      const up = Buffer.from(join(path, `${MOVED}${process.pid}-${moved++}`));
      renameSync(child, up);
      pending.push(up);
    }
    rmdirSync(directory);
  }
  rmdirSync(path);
}
