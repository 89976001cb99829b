import { bytesOf } from '../../host/files/host-path.ts';
import { ServiceError } from '../service-error.ts';
import { attributesIn, type EntryAttributes, type Tree } from './tree.ts';
import type { Visible } from './visible.ts';

/** An object that a walk has found. */
export type Found = EntryAttributes & { readonly path: string };

/** A part of a walk. */
export type WalkPart = {
  readonly entries: readonly Found[];
  /** The path after which the next part begins; `undefined` at the end. */
  readonly next: string | undefined;
};

/** Names that one part looks at: a walk that finds little is divided, so that other clients have their turn. */
const MOST_LOOKS = 20_000;

/** The deepest directory that is walked. */
const DEEPEST = 128;

/**
 * Walks a tree from the top, and gives the files that are visible. The place of a walk is a path, so that nothing is kept
 * between two parts; files that are made meanwhile may be missed.
 *
 * @param after Paths up to this one have been given already; an empty text for none.
 * @param most The most entries of this part.
 */
export function walkTree(tree: Tree, visible: Visible, after: string, most: number): WalkPart {
  const entries: Found[] = [];
  let looks = 0;
  let last = after;
  /** @returns False when the part is full. */
  const walk = (directory: string, descriptor: number, rest: readonly string[]): boolean => {
    const [first, ...deeper] = rest;
    for (const name of tree.names(descriptor)) {
      const order = first === undefined ? 1 : Buffer.compare(bytesOf(name), bytesOf(first));
      if (order < 0) continue;
      const path = directory === '' ? name : `${directory}/${name}`;
      if (!visible.shows(path) && !visible.leadsTo(path)) continue;
      if (entries.length === most || looks >= MOST_LOOKS) return false;
      looks++;
      const found = ifThere(() => attributesIn(descriptor, name));
      if (found === undefined) continue;
      if (order > 0) {
        last = path;
        if (found.kind !== 'directory' && visible.shows(path)) entries.push({ path, ...found });
      }
      if (found.kind !== 'directory' || !visible.leadsTo(path) || path.split('/').length >= DEEPEST) continue;
      const beneath = order === 0 ? deeper : [];
      if (ifThere(() => tree.inDirectory(path, (next) => walk(path, next, beneath))) === false) return false;
    }
    return true;
  };
  const isOver = tree.inDirectory('', (root) => walk('', root, after === '' ? [] : after.split('/')));
  return { entries, next: isOver ? undefined : last };
}

/** Looks at something; a directory that is gone, or that this user may not read, has nothing in it. */
function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof ServiceError && error.code !== 'EMFILE') return undefined;
    throw error;
  }
}
