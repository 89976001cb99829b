import { closeSync } from 'node:fs';
import { readAttribute } from '../host/files/attributes.ts';
import { S_ISGID, S_ISUID } from '../linux/stat.ts';
import { baseTimes } from './bases.ts';
import { type FileState, stateOf, type TreeChange } from './change.ts';
import { hasSameContent } from './compare-content.ts';
import type { Compared } from './compared.ts';
import {
  changedSince,
  entryNames,
  entryState,
  lookAt,
  lookThrough,
  openDirectory,
  split,
} from './host-side.ts';
import { type KnownDirectories, maybeMovedSince, readKnownDirectories } from './known-directories.ts';
import { isOrigin } from './origin.ts';
import { upperPath } from './store.ts';
import { type UpperEntry, upperEntries } from './upper.ts';
import { linkTargetOf } from './upper-link.ts';

/**
 * Lists the differences between a directory of the host as it is now and what a program sees there: in the order of
 * their paths, directories before what lies in them.
 *
 * Precondition: the overlay is locked.
 *
 * @throws OverlayError for an overlay that is too large to compare.
 */
export function changesOf(compared: Compared): readonly TreeChange[] {
  return new Comparison(compared).run();
}

class Comparison {
  readonly #root: number;
  readonly #upper: string;
  readonly #baseOf: (path: string) => bigint;
  readonly #known: KnownDirectories;
  readonly #changes: TreeChange[] = [];
  /** Directories of the host that were replaced by others, with all beneath them. */
  readonly #replaced = new Set<string>();
  /** Names in directories that hide those of the host. */
  readonly #opaque = new Map<string, Set<string>>();

  constructor(compared: Compared) {
    this.#root = compared.root;
    this.#upper = upperPath(compared);
    this.#baseOf = baseTimes(compared);
    this.#known = readKnownDirectories(compared);
  }

  run(): readonly TreeChange[] {
    for (const entry of upperEntries(this.#upper)) {
      const { parent, name } = split(entry.path);
      if (entry.path !== '') this.#opaque.get(parent)?.add(name);
      if (entry.opaque) this.#opaque.set(entry.path, new Set());
      if (entry.path === '') continue;
      if (this.#replaced.has(parent)) this.#replaced.add(entry.path);
      this.#compare(entry);
    }
    for (const [path, names] of this.#opaque) this.#deleteHidden(path, names);
    return this.#changes.sort(order);
  }

  #compare(entry: UpperEntry): void {
    const { path, stats, whiteout } = entry;
    const before = lookAt(this.#root, path);
    if (whiteout) {
      if (before !== undefined) this.#delete(path, before);
      return;
    }
    const after = stateOf(stats, stats.isSymbolicLink() ? linkTargetOf(this.#upper, path) : '');
    if (before?.kind !== after.kind) {
      if (before !== undefined) this.#delete(path, before);
      this.#create(path, after);
      return;
    }
    // A directory that hides the other is a new one in its place, which the paths beneath say in full.
    if (after.kind === 'directory' && !entry.opaque && this.#isAnother(path, before))
      this.#replaced.add(path);
    const content = this.#differs(path, before, after);
    const same = before.mode === after.mode && before.user === after.user && before.group === after.group;
    if (!content && same) return;
    this.#changes.push({
      path,
      kind: 'changed',
      before,
      after,
      content,
      entries: 1,
      outside: this.#outside(path, before),
      refused: this.#refusal(path, after),
    });
  }

  /** Tells whether a directory of the host is another than the one that the program has seen. */
  #isAnother(path: string, before: FileState): boolean {
    const known = this.#known.get(path);
    if (known !== undefined) return known !== before.stats.ino;
    // Ordinary users have no marks of the kernel, and a run may have ended without a note.
    return !isOrigin(this.#root, this.#upper, path) || maybeMovedSince(before, this.#baseOf(path));
  }

  #differs(path: string, before: FileState, after: FileState): boolean {
    if (after.kind === 'symlink') return before.target !== after.target;
    if (after.kind === 'device') return before.stats.rdev !== after.stats.rdev;
    if (after.kind !== 'file') return false;
    return before.size !== after.size || !hasSameContent(this.#root, this.#upper, path, after.size);
  }

  /** Says how a file of the host was changed after the program could have seen it. */
  #outside(path: string, before: FileState): string | undefined {
    if (this.#replaced.has(path) || this.#replaced.has(split(path).parent))
      return 'its directory was replaced outside';
    return changedSince(before, this.#baseOf(path)) ? 'it was changed outside meanwhile' : undefined;
  }

  #create(path: string, after: FileState): void {
    this.#changes.push({
      path,
      kind: 'created',
      before: undefined,
      after,
      content: true,
      entries: 1,
      outside: this.#replaced.has(split(path).parent) ? 'its directory was replaced outside' : undefined,
      refused: this.#refusal(path, after),
    });
  }

  #delete(path: string, before: FileState): void {
    const since = this.#baseOf(path);
    const { entries, changed } = lookThrough(this.#root, path, since);
    const outside = this.#replaced.has(split(path).parent)
      ? 'its directory was replaced outside'
      : changed === undefined
        ? undefined
        : changed === path
          ? 'it was changed outside meanwhile'
          : `'${changed}' was changed outside meanwhile`;
    this.#changes.push({
      path,
      kind: 'deleted',
      before,
      after: undefined,
      content: true,
      entries,
      outside,
      refused: undefined,
    });
  }

  /** Files of the host that a directory in front of them hides were deleted, if it does not have them. */
  #deleteHidden(path: string, names: ReadonlySet<string>): void {
    const directory = openDirectory(this.#root, path);
    if (directory === undefined) return;
    try {
      for (const name of entryNames(directory)) {
        if (names.has(name)) continue;
        const before = entryState(directory, name);
        if (before !== undefined) this.#delete(path === '' ? name : `${path}/${name}`, before);
      }
    } finally {
      closeSync(directory);
    }
  }

  /** Says why something is never committed: it would mean more outside than it does in the overlay. */
  #refusal(path: string, { kind, mode }: FileState): string | undefined {
    if (kind === 'device') return 'it is a device';
    if (kind === 'socket') return 'it is a socket, whose program has ended';
    if (kind !== 'file') return undefined;
    if ((mode & (S_ISUID | S_ISGID)) !== 0)
      return 'it would run with the rights of its owner (set-user-ID or set-group-ID)';
    if (readAttribute(`${this.#upper}/${path}`, 'security.capability') !== undefined)
      return 'it would run with capabilities (file capabilities)';
    return undefined;
  }
}

function order(a: TreeChange, b: TreeChange): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.kind === 'deleted' ? -1 : 1;
}
