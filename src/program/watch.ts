import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from './status.ts';

/** Something that has changed in a directory. */
export type Change = {
  readonly type: 'created' | 'changed' | 'removed';
  readonly name: string;
};

/** Options for watching. */
export type WatchOptions = {
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** The time between two looks, in milliseconds; 100 by default. */
  readonly interval?: number;
};

const INTERVAL = 100;

/** The part of a directory that lists its entries. */
type Listed = {
  list(): Promise<readonly { readonly name: string }[]>;
  lstat(name: string): Promise<Status>;
};

/** Reads the attributes that tell one state of an entry from another. */
async function look(directory: Listed): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name } of await directory.list()) {
    try {
      const { ino, size, mtimeMs, ctimeMs } = await directory.lstat(name);
      found.set(name, `${ino} ${size} ${mtimeMs} ${ctimeMs}`);
    } catch {
      // It has gone since it was listed.
    }
  }
  return found;
}

/**
 * Compares a directory with its last state, again and again. The host can only be asked to watch a path, and a confined
 * process has none: so this looks, which costs a system call for each name and each time.
 */
export async function* watchDirectory(
  directory: Listed,
  { signal, interval = INTERVAL }: WatchOptions,
): AsyncGenerator<Change> {
  let before = await look(directory);
  for (;;) {
    try {
      await sleep(interval, undefined, signal === undefined ? {} : { signal });
    } catch {
      return;
    }
    const now = await look(directory);
    for (const [name, state] of now) {
      const old = before.get(name);
      if (old === undefined) yield { type: 'created', name };
      else if (old !== state) yield { type: 'changed', name };
    }
    for (const name of before.keys()) if (!now.has(name)) yield { type: 'removed', name };
    before = now;
  }
}
