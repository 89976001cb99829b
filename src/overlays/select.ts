import { closeSync, fstatSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { hostPath, realPathOf } from '../host/files/host-path.ts';
import { O_DIRECTORY, O_RDONLY } from '../linux/open-flags.ts';
import { printable } from '../text/printable.ts';
import type { TreeChange } from './change.ts';
import { OverlayError } from './overlay-error.ts';
import { isOf, listOverlays, type Overlay } from './store.ts';

/**
 * Finds the overlay that a user means.
 *
 * @param what Its identifier or its directory; without, it is that of the working directory or of one above.
 * @throws OverlayError for none, and for several.
 */
export function selectOverlay(what: string | undefined): Overlay {
  const all = listOverlays();
  return all.find(({ record }) => record.id === what) ?? ofDirectory(all, what);
}

/** Some changes of an overlay, by paths beneath its directory; none for all. */
export type SelectedChanges = { readonly overlay: Overlay; readonly paths: readonly string[] };

/**
 * Finds the changes that a user means by words. The first may name an overlay, beneath whose directory the others lie; without
 * such a one, all are paths from the working directory, and the overlay is that of the working directory or of one above.
 *
 * @throws OverlayError for no overlay, for several, and for a path outside of it.
 */
export function selectChanges(words: readonly string[]): SelectedChanges {
  const all = listOverlays();
  const [first, ...paths] = words;
  const here = real('.');
  const isNamed =
    first === undefined || all.some(({ record }) => record.id === first || record.directory === real(first));
  if (isNamed || !all.some(({ record }) => isBeneath(here, record.directory)))
    return { overlay: selectOverlay(first), paths };
  const overlay = ofDirectory(all, undefined);
  return { overlay, paths: words.map((word) => beneath(overlay, resolve(here, word))) };
}

function isBeneath(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function beneath({ record: { directory } }: Overlay, path: string): string {
  if (isBeneath(path, directory)) return path.slice(directory.length).replace(/^\//, '');
  throw new OverlayError(
    `No changes of '${printable(path)}' are kept aside; 'cloudabi changes --list' lists all`,
  );
}

function ofDirectory(all: readonly Overlay[], what: string | undefined): Overlay {
  const directory = real(what ?? '.');
  for (let here = directory; ; here = dirname(here)) {
    const found = all.filter(({ record }) => record.directory === here);
    const [first] = found;
    if (first !== undefined && found.length === 1) return first;
    if (first !== undefined)
      throw new OverlayError(
        `'${printable(here)}' has several overlays; name one of them: ${found.map(({ record }) => idWords(record)).join(', ')}`,
      );
    if (what !== undefined || here === '/') break;
  }
  throw new OverlayError(
    `No changes of '${printable(directory)}'${what === undefined ? ', or of a directory above it,' : ''} are kept aside; 'cloudabi changes --list' lists all`,
  );
}

/** An identifier, and the name that a user has given. */
export function idWords({ id, name }: Overlay['record']): string {
  return name === undefined ? id : `${id} (${name})`;
}

function real(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    return resolve(path);
  }
}

/**
 * Opens the directory of the host that an overlay is of.
 *
 * @throws OverlayError when it is not there any more, or another one is.
 */
export function openRoot(overlay: Overlay): number {
  const { directory } = overlay.record;
  let root: number;
  try {
    root = openSync(hostPath(directory), O_RDONLY | O_DIRECTORY);
  } catch (error) {
    throw new OverlayError(
      `Cannot open '${printable(directory)}', whose changes these are: ${error instanceof Error ? printable(error.message) : ''}`,
    );
  }
  if (isOf(overlay, fstatSync(root, { bigint: true }))) return root;
  closeSync(root);
  throw new OverlayError(
    `'${printable(directory)}' is another directory than the one whose changes these are; nothing was touched`,
  );
}

/**
 * Picks the changes at some paths, with all beneath them, and the new directories that they lie in.
 *
 * @param paths Beneath the directory; none for all changes.
 * @throws OverlayError for a path without any.
 */
export function pick(changes: readonly TreeChange[], paths: readonly string[]): readonly TreeChange[] {
  if (paths.length === 0) return changes;
  const isIn = (path: string, above: string): boolean =>
    above === '' || path === above || path.startsWith(`${above}/`);
  for (const path of paths)
    if (!changes.some((change) => isIn(change.path, path)))
      throw new OverlayError(`There is no change at '${printable(path)}'`);
  const picked = changes.filter((change) => paths.some((path) => isIn(change.path, path)));
  const needed = (change: TreeChange): boolean =>
    change.kind !== 'changed' && picked.some((other) => other.path.startsWith(`${change.path}/`));
  return changes.filter(
    (change) => picked.includes(change) || (change.after?.kind === 'directory' && needed(change)),
  );
}
