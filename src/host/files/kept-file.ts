import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

/** Reads a file of the cache; `undefined` when there is none. */
export function readKeptFile(name: string): string | undefined {
  const folder = cacheFolder();
  if (folder === undefined) return undefined;
  try {
    return readFileSync(join(folder, name), 'utf8');
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
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    // It is found anew next time.
  }
}
