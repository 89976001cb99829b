import { closeSync, lstatSync, mkdirSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { LinuxErrno } from '../linux/errno.ts';
import { O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../linux/open-flags.ts';
import type { FileState } from './change.ts';
import { entryNames, entryPath, entryState, lookThrough, openDirectory, split } from './host-side.ts';
import { OverlayError } from './overlay-error.ts';
import { moveTo, type Place, swap } from './place.ts';
import { writeRecord } from './record.ts';
import { removeTree } from './remove-tree.ts';
import type { LockedOverlay } from './store.ts';

/*
 * The directory in which a commit prepares files and puts what it takes away. It lies in the directory of the host, so
 * that everything moves in one step; its name is in the record of the overlay, so that an interrupted commit leaves
 * nothing.
 */

const PREFIX = '.cloudabi-commit-';

/** Names in it: copies by number, and files that were deleted by a coded path. */
const NEW = 'new-';
const OLD = 'old-';

/** An open directory for a commit. */
export class Staging {
  readonly #overlay: LockedOverlay;
  readonly #root: number;
  readonly #directory: number;
  readonly #name: string;
  #count = 0;

  /** @throws OverlayError where files cannot be exchanged in one step, or nothing can be written. */
  constructor(overlay: LockedOverlay, root: number) {
    this.#overlay = overlay;
    this.#root = root;
    const { randomUUID } = process.getBuiltinModule('node:crypto');
    this.#name = PREFIX + randomUUID();
    writeRecord(overlay.folder, { ...overlay.record, staging: this.#name });
    try {
      mkdirSync(entryPath(root, this.#name), { mode: 0o700 });
      this.#directory = openSync(entryPath(root, this.#name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
    } catch (error) {
      throw new OverlayError(
        `Cannot write to the directory: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    this.#tryExchange();
  }

  /** A place for another copy. */
  next(): Place {
    return { directory: this.#directory, name: `${NEW}${this.#count++}` };
  }

  /** The place of something that is taken away; its name says where it was, for a commit that is interrupted. */
  taken(path: string, before: FileState, since: bigint): Place {
    const { createHash } = process.getBuiltinModule('node:crypto');
    const name = `${OLD}${createHash('sha256').update(path).digest('hex')}`;
    writeFileSync(
      entryPath(this.#directory, `${name}.path`),
      JSON.stringify([path, ...marksOf(before), String(since)]),
    );
    return { directory: this.#directory, name };
  }

  /** A file that was taken away was looked at: it goes for good. */
  settled({ directory, name }: Place): void {
    unlinkSync(entryPath(directory, `${name}.path`));
  }

  /** The place as a path beneath the root. */
  pathOf({ name }: Place): string {
    return `${this.#name}/${name}`;
  }

  #tryExchange(): void {
    const one = this.next();
    const other = this.next();
    for (const place of [one, other]) writeFileSync(entryPath(place.directory, place.name), '');
    const result = swap(one, other);
    if (result === 0) return;
    this.end();
    throw new OverlayError(
      'The file system of the directory cannot exchange files in one step (RENAME_EXCHANGE), without which a change of another process in between would be lost',
    );
  }

  /** Removes it with all that it still has. */
  end(): void {
    closeSync(this.#directory);
    remove(this.#root, this.#name);
    writeRecord(this.#overlay.folder, { ...this.#overlay.record, staging: undefined });
  }
}

/**
 * Puts files back that an interrupted commit has taken away without having looked at them again, and removes the rest.
 *
 * To be called before the directory is compared, since these files are deleted again then.
 */
export function recoverCommit({ folder, record }: LockedOverlay, root: number): void {
  const { staging } = record;
  if (staging === undefined || !staging.startsWith(PREFIX) || staging.includes('/')) return;
  const directory = openDirectory(root, staging);
  if (directory === undefined) return;
  try {
    for (const name of entryNames(directory).filter((each) => each.endsWith('.path'))) {
      const old = name.slice(0, -'.path'.length);
      if (lstatSync(entryPath(directory, old), { throwIfNoEntry: false }) === undefined) continue;
      const [path, ...marks] = readNote(directory, name);
      const since = marks.pop();
      if (path === undefined || since === undefined) continue;
      // A file that is as it was compared was deleted rightly.
      const now = entryState(directory, old);
      const same = now !== undefined && marksOf(now).join() === marks.join();
      const within = now?.kind === 'directory' ? `${staging}/${old}` : undefined;
      if (same && (within === undefined || lookThrough(root, within, BigInt(since)).changed === undefined))
        continue;
      const step = split(path);
      const parent = openDirectory(root, step.parent);
      if (parent === undefined) continue;
      const result = moveTo({ directory, name: old }, { directory: parent, name: step.name });
      closeSync(parent);
      if (result !== 0 && result !== -LinuxErrno.EEXIST)
        throw new OverlayError(`Cannot put '${path}' back, which an interrupted commit had taken away`);
    }
  } finally {
    closeSync(directory);
  }
  remove(root, staging);
  writeRecord(folder, { ...record, staging: undefined });
}

/** The facts that tell a file that was moved from others; the times of directories change with their entries. */
function marksOf({ kind, stats }: FileState): readonly string[] {
  const { ino, size, mtimeNs } = stats;
  return [ino, ...(kind === 'directory' ? [] : [size, mtimeNs])].map(String);
}

function readNote(directory: number, name: string): string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(entryPath(directory, name), 'utf8'));
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : [];
  } catch {
    return [];
  }
}

function remove(root: number, name: string): void {
  removeTree(`/proc/self/fd/${root}/${name}`);
}
