import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readSmallFile } from '../host/files/small-file.ts';

/** Bytes of the files that link a working tree and its repository. */
const LARGEST = 8192;

/**
 * Finds the repository of a linked working tree (gitrepository-layout(5), `worktrees`). The file `.git` of the working tree
 * is untrusted and could name any directory, so that this directory must name the working tree in turn.
 *
 * @param project Absolute path of the working tree.
 * @returns The directory that all its working trees share; `undefined` where `.git` is no such file.
 */
export function repositoryOf(project: string): string | undefined {
  try {
    const own = join(realpathSync(project), '.git');
    const [, named] = /^gitdir: ([^\n]+)\n?$/.exec(textOf(own)) ?? [];
    if (named === undefined) return undefined;
    const place = realpathSync(resolve(dirname(own), named));
    if (basename(dirname(place)) !== 'worktrees') return undefined;
    const back = resolve(place, textOf(join(place, 'gitdir')).replace(/\n$/, ''));
    return back === own ? dirname(dirname(place)) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): string {
  return readSmallFile(path, LARGEST).toString();
}
