import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** The directories of programs without PATH, as shells have them. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Finds a program by its name, as execvp(3) does. Directories that are not absolute are left out: they would mean the
 * working directory, where an attacker may have put a program of that name.
 *
 * @param name Without a slash.
 * @param path Directories with colons between.
 * @returns The first file of that name that may be executed, `undefined` for none.
 */
export function findProgram(name: string, path: string): string | undefined {
  for (const directory of path.split(':')) {
    if (!directory.startsWith('/')) continue;
    const candidate = join(directory, name);
    if (isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** Tells whether a path leads to a regular file that we may execute. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
