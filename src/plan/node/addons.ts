import { closeSync } from 'node:fs';
import { type Held, holdInPlace } from '../../gates/node/held-folder.ts';
import { type LinkedHeader, unpackLinked } from '../../gates/node/linked.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { quote } from '../../resources/written.ts';
import type { NodeProgram } from '../plan-types.ts';

/** The folders that packages with native addons are loaded from, and the links on the way to them. */
export type AddonFolders = Pick<LinkedHeader, 'packages' | 'links'>;

/**
 * Gives the folders that granted packages with native addons are loaded from, as the linker has found them: every
 * `node_modules` that the program or one of the packages would search. None for a program without any.
 */
export function addonFolders({ bytes }: Pick<NodeProgram, 'bytes'>): AddonFolders {
  const { packages, links } = unpackLinked(bytes).header;
  return { packages, links };
}

/** Tells whether a program is granted packages with native addons. */
export function hasAddons({ bytes }: Pick<NodeProgram, 'bytes'>): boolean {
  return unpackLinked(bytes).header.addons.length > 0;
}

/**
 * Opens these folders. A symbolic link that has taken the place of one, or of a folder above, is not followed.
 *
 * @throws ResourceError when one is not where it was; nothing stays open.
 */
export function holdFolders(paths: readonly string[]): readonly Held[] {
  const held: Held[] = [];
  for (const path of paths) {
    const folder = holdInPlace(path);
    if (folder === undefined) {
      for (const { descriptor } of held) closeSync(descriptor);
      throw new ResourceError(`Cannot load addons from ${quote(path)}: it has gone or moved`, undefined);
    }
    held.push(folder);
  }
  return held;
}
