import { constants, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { replaceFile } from './replace-file.ts';
import { readSmallFile } from './small-file.ts';

/*
 * Files of the cache without a message authentication code: for contents that are judged anew when they are read, so that nothing has
 * to be found out again where there is no key (kept.ts).
 */

/** Bytes of the largest such file. */
const MOST = 2 ** 20;

/** Reads a file of the cache, as untrusted as any other; `undefined` when there is none. */
export function readKeptFile(name: string): string | undefined {
  const folder = cacheFolder();
  if (folder === undefined) return undefined;
  try {
    return readSmallFile(join(folder, name), MOST, constants.O_NOFOLLOW).toString();
  } catch {
    return undefined;
  }
}

/** Writes a file of the cache at once, so that a reader meets the old or the new one. What fails is not kept. */
export function keepFile(name: string, text: string): void {
  const folder = cacheFolder();
  if (folder === undefined) return;
  const path = join(folder, name);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, text, 0o600);
  } catch {
    // Nothing is kept then, and the next start finds it out anew.
  }
}
