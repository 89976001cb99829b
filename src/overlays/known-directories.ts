import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileState } from './change.ts';
import type { Compared } from './compared.ts';
import { lookAt } from './host-side.ts';
import { OverlayError } from './overlay-error.ts';
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
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, FILE), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw new OverlayError(`Cannot read '${join(folder, FILE)}': ${String(error)}`);
  }
  if (!Array.isArray(value)) throw new OverlayError(`'${join(folder, FILE)}' is no list of directories`);
  return new Map(
    value.flatMap((pair: unknown): [string, bigint][] => {
      if (!Array.isArray(pair)) return [];
      const [path, inode]: unknown[] = pair;
      return typeof path === 'string' && typeof inode === 'string' && /^\d{1,20}$/.test(inode)
        ? [[path, BigInt(inode)]]
        : [];
    }),
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
  const file = join(folder, FILE);
  const text = JSON.stringify([...noted].map(([path, inode]) => [path, String(inode)]));
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/**
 * Tells whether a directory may have been made or moved to its place after a time. A change of its entries alone sets both of
 * its times to the same; its own move sets the time of change.
 */
export function maybeMovedSince({ stats }: FileState, since: bigint): boolean {
  const { birthtimeNs, ctimeNs, mtimeNs } = stats;
  return birthtimeNs > since || (ctimeNs > since && ctimeNs !== mtimeNs);
}
