import { join } from 'node:path';
import type { FileState } from './change.ts';
import type { Compared } from './compared.ts';
import { lookAt } from './host-side.ts';
import { readPathNote, writeNote } from './note.ts';
import { upperEntries } from './upper.ts';

/*
 * The directories of the host over which a program has changed something, by their inodes: another directory that is moved
 * to such a place later has files that the program has never seen, with times of change from before.
 */

const FILE = 'directories.json';

/** Inodes by path. */
export type KnownDirectories = ReadonlyMap<string, bigint>;

/** Reads the inodes that were noted last. */
export function readKnownDirectories({ folder }: Pick<Compared, 'folder'>): KnownDirectories {
  return readPathNote(join(folder, FILE), (inode) =>
    typeof inode === 'string' && /^\d{1,20}$/.test(inode) ? BigInt(inode) : undefined,
  );
}

/**
 * Notes the directories that lie beneath those of the upper directory now.
 *
 * @param isNew Tells which paths are noted anew; others keep the inode that is known of them.
 */
export function noteDirectories(compared: Compared, isNew: (path: string) => boolean): void {
  const { folder, root } = compared;
  const known = readKnownDirectories(compared);
  const noted = new Map<string, bigint>();
  for (const { path, stats } of upperEntries(join(folder, 'upper'))) {
    if (path === '' || !stats.isDirectory()) continue;
    const before = isNew(path) ? undefined : known.get(path);
    const inode = before ?? lookAt(root, path)?.stats.ino;
    if (inode !== undefined) noted.set(path, inode);
  }
  writeNote(join(folder, FILE), JSON.stringify([...noted].map(([path, inode]) => [path, String(inode)])));
}

/**
 * Tells whether a directory may have been made or moved to its place after a time. A change of its entries alone sets both of
 * its times to the same; its own move sets the time of change.
 */
export function maybeMovedSince({ stats }: FileState, since: bigint): boolean {
  const { birthtimeNs, ctimeNs, mtimeNs } = stats;
  return birthtimeNs > since || (ctimeNs > since && ctimeNs !== mtimeNs);
}
