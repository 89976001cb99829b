import { closeSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { textOf } from '../host/files/host-path.ts';
import { openStrictly } from '../host/files/strict-lookup.ts';
import { O_DIRECTORY, O_PATH } from '../linux/open-flags.ts';
import { entryPath } from './host-side.ts';

/** Bytes that each file counts at least: many empty files take space, too. */
const LEAST = 4096;

/** The size of a block, as stat(2) counts them, in bytes. */
const BLOCK = 512;

/** Milliseconds between counts: at least, and as a multiple of the time that a count has taken. */
const SHORTEST_PAUSE = 200;
const PAUSE_FACTOR = 20;

/**
 * Counts the space that the files in a directory take, while a program may change it. Files that were removed and are still
 * open are not found. No symbolic link is followed.
 *
 * @param most The count ends when it is more than this, so that a program decides nothing about how long it takes.
 */
export function spaceOf(directory: number, most: number): number {
  let used = 0;
  const pending = [''];
  for (let path = pending.pop(); path !== undefined && used <= most; path = pending.pop()) {
    const descriptor = openStrictly(directory, path, 'listing');
    if (descriptor < 0) continue;
    try {
      for (const bytes of readdirSync(entryPath(descriptor, '.'), { encoding: 'buffer' })) {
        const name = textOf(bytes);
        const stats = lstatSync(entryPath(descriptor, name), { throwIfNoEntry: false });
        if (stats === undefined) continue;
        used += Math.max(LEAST, stats.blocks * BLOCK);
        if (stats.isDirectory()) pending.push(path === '' ? name : `${path}/${name}`);
        if (used > most) break;
      }
    } finally {
      closeSync(descriptor);
    }
  }
  return used;
}

/**
 * Counts the space of a directory again and again.
 *
 * @param limit Bytes.
 * @param onReached Called once, when it takes more.
 * @returns Ends that.
 */
export function watchSpace(path: string, limit: number, onReached: () => void): () => void {
  const directory = openSync(path, O_PATH | O_DIRECTORY);
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const begin = process.uptime();
    const reached = spaceOf(directory, limit) > limit;
    if (reached) onReached();
    else timer = setTimeout(look, Math.max(SHORTEST_PAUSE, PAUSE_FACTOR * 1000 * (process.uptime() - begin)));
  };
  timer = setTimeout(look, SHORTEST_PAUSE);
  return () => {
    clearTimeout(timer);
    closeSync(directory);
  };
}
