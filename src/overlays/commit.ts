import { chmodSync, chownSync, closeSync, fstatSync } from 'node:fs';
import { openStrictly } from '../host/files/strict-lookup.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { errnoMeaning, LinuxErrno } from '../linux/errno.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { type FileState, stateOf, type TreeChange } from './change.ts';
import { entryPath, entryState, lookThrough, openDirectory, split } from './host-side.ts';
import { moveTo, type Place, swap } from './place.ts';
import { stage, stageLink } from './stage.ts';
import { Staging } from './staging.ts';
import { type LockedOverlay, upperPath } from './store.ts';

/** A change that could not be carried out, and why. */
export type LeftChange = { readonly change: TreeChange; readonly reason: string };

/** Options of a commit. */
export type CommitOptions = {
  /** True to replace what was changed outside meanwhile. */
  readonly overwrite: boolean;
  /** The time that the state of a path was seen after. */
  readonly baseOf: (path: string) => bigint;
};

/** A change with its copy, which is to be put in its place. */
type Staged = { readonly change: TreeChange; readonly after: FileState; readonly place: Place };

/**
 * Carries changes out in the directory of the host. Copies are made and written to disk first; then each is put in its
 * place in one step, and what was there is looked at before it goes: if it is not what was compared, it is put back.
 * Deletions come last, so that an interrupted commit leaves too much rather than too little. Every place is found beneath
 * the descriptor of the directory, without symbolic links.
 *
 * @param root The directory of the host.
 * @param changes Without any that are refused; parents before what lies in them.
 * @returns The changes that were not carried out.
 * @throws OverlayError, or an error of the host: the same commit can be made again, and goes on where it stopped.
 */
export function commitChanges(
  overlay: LockedOverlay,
  root: number,
  changes: readonly TreeChange[],
  options: CommitOptions,
): readonly LeftChange[] {
  const staging = new Staging(overlay, root);
  try {
    return new Commit(overlay, root, staging, options).run(changes);
  } finally {
    staging.end();
  }
}

class Commit {
  readonly #upper: string;
  readonly #root: number;
  readonly #staging: Staging;
  readonly #options: CommitOptions;
  readonly #failures: LeftChange[] = [];
  /** Paths that are both deleted and made: one step does both. */
  #replaced = new Map<string, TreeChange>();

  constructor(overlay: LockedOverlay, root: number, staging: Staging, options: CommitOptions) {
    this.#upper = upperPath(overlay);
    this.#root = root;
    this.#staging = staging;
    this.#options = options;
  }

  run(changes: readonly TreeChange[]): readonly LeftChange[] {
    const made = new Set(changes.filter(({ kind }) => kind === 'created').map(({ path }) => path));
    const deleted = changes.filter(({ kind }) => kind === 'deleted');
    this.#replaced = new Map(
      deleted.filter(({ path }) => made.has(path)).map((change) => [change.path, change]),
    );
    const directories: Staged[] = [];
    // The contents of new directories are moved there as soon as these are.
    for (const change of changes) {
      const { after } = change;
      if (change.kind !== 'created' || after?.kind !== 'directory') continue;
      const place = this.#staging.next();
      stage({ upper: this.#upper, path: change.path, state: { ...after, mode: after.mode | 0o700 } }, place);
      const staged = { change, after, place };
      if (this.#putInPlace(staged)) directories.push(staged);
    }
    const files = this.#stageFiles(changes);
    this.#sync();
    for (const staged of files) this.#putInPlace(staged);
    for (const change of changes)
      if (change.kind === 'changed' && !change.content) this.#setAttributes(change);
    for (const change of deleted) if (!this.#replaced.has(change.path)) this.#take(change);
    for (const { change, after } of directories.toReversed())
      if ((after.mode & 0o700) !== 0o700) this.#setMode(change.path, after.mode);
    this.#sync();
    return this.#failures;
  }

  #stageFiles(changes: readonly TreeChange[]): Staged[] {
    const links = new Map<bigint, Place>();
    return changes.flatMap((change): Staged[] => {
      const { path, after, content } = change;
      if (after === undefined || after.kind === 'directory' || !content) return [];
      const place = this.#staging.next();
      const other = after.stats.nlink > 1n ? links.get(after.stats.ino) : undefined;
      if (other === undefined) stage({ upper: this.#upper, path, state: after }, place);
      else stageLink(place, other);
      links.set(after.stats.ino, place);
      return [{ change, after, place }];
    });
  }

  /** Everything that was written is on the disk before it is found under its name. */
  #sync(): void {
    const descriptor = check(openStrictly(this.#root, '', 'listing'), 'openat2', 'the directory');
    try {
      check(syscall(callNumberOf('syncfs'), descriptor), 'syncfs');
    } finally {
      closeSync(descriptor);
    }
  }

  #fail(change: TreeChange, reason: string): false {
    this.#failures.push({ change, reason });
    return false;
  }

  #inParent(change: TreeChange, run: (target: Place) => boolean): boolean {
    const { parent, name } = split(change.path);
    const directory = openDirectory(this.#root, parent);
    if (directory === undefined) return this.#fail(change, 'its directory is not there any more');
    try {
      return run({ directory, name });
    } finally {
      closeSync(directory);
    }
  }

  #putInPlace({ change, after, place }: Staged): boolean {
    return this.#inParent(change, (target) => {
      const old = this.#replaced.get(change.path) ?? (change.kind === 'changed' ? change : undefined);
      if (old === undefined) {
        const result = moveTo(place, target);
        if (result === 0) return true;
        if (result !== -LinuxErrno.EEXIST) return this.#fail(change, errnoMeaning(-result));
        if (after.kind === 'directory' && entryState(target.directory, target.name)?.kind === 'directory')
          return true;
        if (!this.#options.overwrite) return this.#fail(change, 'something was made there outside meanwhile');
      }
      const result = swap(place, target);
      // Removed outside: there is nothing to lose by putting it there.
      if (result === -LinuxErrno.ENOENT && this.#options.overwrite) {
        const moved = moveTo(place, target);
        return moved === 0 || this.#fail(change, errnoMeaning(-moved));
      }
      if (result === -LinuxErrno.ENOENT) return this.#fail(change, 'it was removed outside meanwhile');
      if (result !== 0) return this.#fail(change, errnoMeaning(-result));
      if (old === undefined || this.#options.overwrite || this.#isAsCompared(old, place)) return true;
      const back = swap(place, target);
      if (back !== 0)
        return this.#fail(change, `it was changed outside, and cannot be put back: ${errnoMeaning(-back)}`);
      return this.#fail(change, 'it was changed outside meanwhile');
    });
  }

  /** Tells whether something that was taken away is what was compared. Moving it has changed its own time of change. */
  #isAsCompared({ path, before }: TreeChange, place: Place): boolean {
    const now = entryState(place.directory, place.name);
    if (now === undefined || before === undefined) return false;
    const [a, b] = [now.stats, before.stats];
    if (a.dev !== b.dev || a.ino !== b.ino) return false;
    if (now.kind === 'directory') {
      const moved = this.#staging.pathOf(place);
      return lookThrough(this.#root, moved, this.#options.baseOf(path)).changed === undefined;
    }
    return a.size === b.size && a.mtimeNs === b.mtimeNs && a.mode === b.mode && a.uid === b.uid;
  }

  #take(change: TreeChange): boolean {
    return this.#inParent(change, (target) => {
      if (change.before === undefined) return true;
      const place = this.#staging.taken(change.path, change.before, this.#options.baseOf(change.path));
      const result = moveTo(target, place);
      if (result === -LinuxErrno.ENOENT) return true;
      if (result !== 0) return this.#fail(change, errnoMeaning(-result));
      if (this.#options.overwrite || this.#isAsCompared(change, place)) {
        this.#staging.settled(place);
        return true;
      }
      const back = moveTo(place, target);
      return this.#fail(
        change,
        back === 0
          ? 'it was changed outside meanwhile'
          : `it was changed outside, and cannot be put back: ${errnoMeaning(-back)}`,
      );
    });
  }

  #setAttributes(change: TreeChange): boolean {
    const { path, before, after } = change;
    const descriptor = openStrictly(this.#root, path, 'object');
    if (descriptor < 0) return this.#fail(change, errnoMeaning(-descriptor));
    try {
      const now = stateOf(fstatSync(descriptor, { bigint: true }), '');
      if (before === undefined || after === undefined) return true;
      const same = now.stats.ino === before.stats.ino && now.mode === before.mode && now.user === before.user;
      if (!same && !this.#options.overwrite) return this.#fail(change, 'it was changed outside meanwhile');
      // The descriptor only names it; its link in /proc leads to the very object.
      const object = `/proc/self/fd/${descriptor}`;
      if (after.user !== now.user || after.group !== now.group) chownSync(object, after.user, after.group);
      if (after.kind !== 'symlink') chmodSync(object, after.mode);
      return true;
    } finally {
      closeSync(descriptor);
    }
  }

  #setMode(path: string, mode: number): void {
    const descriptor = openStrictly(this.#root, path, 'directory');
    if (descriptor < 0) return;
    chmodSync(entryPath(descriptor, '.'), mode);
    closeSync(descriptor);
  }
}
