import { lstatSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../host/files/cache-folder.ts';
import { keep as keepFile, readKept } from '../host/files/kept.ts';

/** Bounds of the cache; when one is passed, the files that were not used for the longest time go. */
const MOST_FILES = 512;
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Finds the folder of the cache, into which no other user can put files, which would become part of the user's
 * programs.
 */
function directory(): string | undefined {
  const folder = cacheFolder();
  return folder && join(folder, 'compiled');
}

/**
 * Gives the file cached under a name. A file that is damaged, or was put there by others, is as
 * good as none.
 *
 * @param name a file's name, made of a digest of all that the content depends on
 */
export function cached(name: string): Buffer | undefined {
  const kept = directory();
  if (kept === undefined) return undefined;
  const path = join(kept, name);
  const bytes = readKept(path, name);
  if (bytes === undefined) return undefined;
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // It is used all the same.
  }
  return bytes;
}

/** Keeps bytes under a name, whole or not at all; that nothing can be kept is no error. */
export function keepNamed(name: string, bytes: Uint8Array): void {
  const kept = directory();
  if (kept === undefined) return;
  keepFile(join(kept, name), name, bytes);
  try {
    prune(kept);
  } catch {
    // Entries from before stay.
  }
}

function prune(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      return { path, size: stat?.size ?? 0, used: stat?.mtimeMs ?? 0 };
    })
    .sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const [index, { path, size }] of files.entries()) {
    bytes += size;
    if (index >= MOST_FILES || bytes > MOST_BYTES) rmSync(path, { force: true });
  }
}
