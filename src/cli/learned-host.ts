import { readdirSync, statSync } from 'node:fs';
import { hostPath, realPathOf, textOf } from '../host/files/host-path.ts';

/** Lists a directory as it is now; nothing when it cannot be read. */
export function listNames(directory: string): readonly string[] {
  try {
    return readdirSync(hostPath(directory), { encoding: 'buffer' })
      .map((name) => textOf(name))
      .sort();
  } catch {
    return [];
  }
}

/** Finds the kind of a file as it is now; `undefined` for a path without one. */
export function kindNow(path: string): 'file' | 'directory' | 'other' | undefined {
  try {
    const stats = statSync(hostPath(path));
    if (stats.isDirectory()) return 'directory';
    return stats.isFile() ? 'file' : 'other';
  } catch {
    return undefined;
  }
}

/** A path without symbolic links, or itself when it does not exist. */
export function realOr(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    return path;
  }
}
