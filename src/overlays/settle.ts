import { closeSync, unlinkSync } from 'node:fs';
import { removeAttribute } from '../host/files/attributes.ts';
import { bytesOf, hostPath } from '../host/files/host-path.ts';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { S_IFCHR } from '../linux/stat.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import type { TreeChange } from './change.ts';
import { entryNames, openDirectory, split } from './host-side.ts';
import { OPAQUE, upperEntries } from './upper.ts';

/**
 * Takes changes that were carried out in the directory of the host out of the upper directory, and leaves the others.
 *
 * A directory that hides the host's would hide what was committed into it, too. So such directories first get the marks
 * of single removed files in the place of one for all, from the deepest up: a crash in between leaves the same view.
 *
 * @param root The directory of the host.
 */
export function forgetChanges(upper: string, root: number, done: readonly TreeChange[]): void {
  const opaque: string[] = [];
  const names = new Map<string, Set<string>>();
  for (const { path, opaque: hides } of upperEntries(upper)) {
    if (path !== '') names.get(split(path).parent)?.add(split(path).name);
    if (!hides) continue;
    opaque.push(path);
    names.set(path, new Set());
  }
  for (const path of opaque.toReversed()) {
    for (const name of hidden(root, path, names.get(path) ?? new Set()))
      makeWhiteout(`${upper}/${path === '' ? name : `${path}/${name}`}`);
    removeAttribute(`${upper}/${path}`, OPAQUE);
  }
  for (const { path, after } of done) {
    if (after?.kind === 'directory') continue;
    try {
      unlinkSync(hostPath(`${upper}/${path}`));
    } catch (error) {
      // A file that a directory had hidden was never there.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

function hidden(root: number, path: string, names: ReadonlySet<string>): readonly string[] {
  const directory = openDirectory(root, path);
  if (directory === undefined) return [];
  try {
    return entryNames(directory).filter((name) => !names.has(name));
  } finally {
    closeSync(directory);
  }
}

/** Any user may make this one device (Linux 5.8). */
function makeWhiteout(path: string): void {
  const name = Buffer.concat([bytesOf(path), Buffer.of(0)]);
  check(syscall(callNumberOf('mknodat'), -1, addressOf(name), S_IFCHR, 0), 'mknodat', path);
}
