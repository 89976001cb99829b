import { statSync } from 'node:fs';
import { DEFAULT_PATH } from './find-program.ts';
import type { PlannedTree } from './tree.ts';

/** Gives the PATH of this process, and so of the shell that started it. */
export function callersPath(): string {
  return process.env['PATH'] ?? DEFAULT_PATH;
}

/**
 * The PATH with which a program finds what its caller would: the caller's, without directories that the program does not
 * see, and after them those of `more` that are not among them.
 */
export function pathInside(tree: PlannedTree, more: string): string {
  const directories = callersPath()
    .split(':')
    .filter((directory) => directory.startsWith('/') && isSeen(tree, directory));
  return [...new Set([...directories, ...more.split(':').filter((directory) => directory !== '')])].join(':');
}

/** Says whether a path resolves to the same file in a program's world as on the host, if it resolves there. */
export function isSeen(tree: PlannedTree, path: string): boolean {
  const place = tree.find(path);
  if (place === undefined) return false;
  if (place.host === undefined || place.host === path) return true;
  const [there, here] = [place.host, path].map((name) => statSync(name, { throwIfNoEntry: false }));
  return there !== undefined && there.dev === here?.dev && there.ino === here.ino;
}
