import { posix } from 'node:path';
import type { PlannedEntry, PlannedMount } from './planned.ts';
import { BASE } from './planned.ts';
import type { PlannedTree } from './tree.ts';

/* The base where the user has granted a directory above its entries, such as the whole of `/`. */

/** Most bytes in a `/dev` of the program's own, which has links and places of mounts in it. */
const DEV_SIZE = 65536;

/** Makes the program's own entries in the place of the host's; `undefined` for an empty directory. */
export type CoveringEntries = {
  readonly devices: () => readonly PlannedEntry[] | undefined;
  readonly processes: () => readonly PlannedEntry[] | undefined;
};

/**
 * Lets the grants cover the base: where a granted directory shows the host's own files, those of the base are not
 * needed, and nothing can be made in them. The host's devices and processes, which a grant of `/` brings along, are
 * replaced by harmless devices and the program's own processes.
 */
export function coverBase(tree: PlannedTree, own: CoveringEntries): void {
  for (const entry of tree.entries()) {
    if (entry.kind !== 'mount' || entry.path !== '/') continue;
    const isRoot = entry.at === '/';
    replace(tree, posix.join(entry.at, 'dev'), isRoot ? own.devices() : undefined);
    replace(tree, posix.join(entry.at, 'proc'), isRoot ? own.processes() : undefined);
  }
  for (const entry of tree.entries()) {
    if (entry.why !== 'base' || entry.at === '/') continue;
    const above = tree.covering(posix.dirname(entry.at));
    if (above?.kind === 'mount' && above.why !== 'base' && isCovered(entry, above, tree))
      tree.remove(entry.at);
  }
}

function replace(tree: PlannedTree, at: string, own: readonly PlannedEntry[] | undefined): void {
  // An entry that was granted there by itself stays.
  if (tree.get(at)?.kind === 'mount') return;
  if (own === undefined || posix.basename(at) === 'dev') {
    tree.put({ ...BASE, kind: 'tmpfs', at, execute: false, size: DEV_SIZE, mode: 0o755 });
  }
  for (const entry of own ?? []) if (tree.get(entry.at) === undefined) tree.put(entry);
}

/** Tells whether an entry of the base has no place, or no use, within a granted directory. */
function isCovered(entry: PlannedEntry, above: PlannedMount, tree: PlannedTree): boolean {
  switch (entry.kind) {
    case 'symlink':
    case 'text':
    case 'directory':
      return true;
    case 'mount':
      // Programs of the base can be started, even where nothing in the grant can.
      return (
        above.execute || !entry.execute || tree.noPlaceFor(entry.at, entry.type === 'directory') !== undefined
      );
    case 'device':
    case 'console':
      return tree.noPlaceFor(entry.at, false) !== undefined;
    default:
      return tree.noPlaceFor(entry.at, true) !== undefined;
  }
}
