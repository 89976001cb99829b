import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostPath } from '../../host/files/host-path.ts';
import { type Mount, mountTable, placeIn, shownBy, viewsOf } from '../../host/files/mount-table.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { HeldFile, type HeldFiles } from '../../resources/held-files.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { installationPlaces, installationRegions, otherPlaces } from './own-places.ts';
import type { SteeringPlace } from './place.ts';

/** The relation of a granted file or directory to a place that steers later launches. */
export type Overlap =
  /** The grant is that place, or lies in it. */
  | { readonly kind: 'within'; readonly place: SteeringPlace }
  /** The grant holds the place, at this path beneath it. */
  | { readonly kind: 'holds'; readonly place: SteeringPlace; readonly at: string };

/** Finds the granted files and directories that steer later launches. */
export class SteeringCheck {
  /** Paths that the caller adds: documents, adapters. */
  readonly #more: readonly SteeringPlace[];
  readonly #files: HeldFiles;
  #table: readonly Mount[] | undefined;
  #regions: readonly SteeringPlace[] | undefined;
  #others: readonly SteeringPlace[] | undefined;
  #installation: readonly SteeringPlace[] | undefined;

  constructor(more: readonly SteeringPlace[], files: HeldFiles) {
    this.#more = more;
    this.#files = files;
  }

  /** Finds the path without symbolic links of a granted file; `undefined` if it does not exist. */
  realPathOf(path: string): string | undefined {
    const found = this.#files.find(path);
    return found instanceof HeldFile ? found.real : undefined;
  }

  /**
   * Lists every overlap, also by another mount of the same file system.
   *
   * @param path Absolute, of something that the program may change. Nothing overlaps with a missing file.
   */
  overlapsOf(path: string): readonly Overlap[] {
    const real = this.realPathOf(path);
    if (real === undefined) return [];
    this.#regions ??= installationRegions();
    this.#others ??= [...otherPlaces(), ...this.#more];
    const others = this.#overlaps(real, this.#others);
    if (this.#overlaps(real, this.#regions).length === 0) return others;
    this.#installation ??= installationPlaces();
    return [...this.#overlaps(real, this.#installation), ...others];
  }

  /**
   * The mounts of this process, read once.
   *
   * @throws ResourceError when they cannot be read.
   */
  get mounts(): readonly Mount[] {
    try {
      this.#table ??= mountTable();
      return this.#table;
    } catch (error) {
      throw new ResourceError(`Cannot read '/proc/self/mountinfo': ${reasonOf(error)}`, undefined);
    }
  }

  #overlaps(real: string, places: readonly SteeringPlace[]): Overlap[] {
    const table = this.mounts;
    const views = viewsOf(table, real);
    return places.flatMap((place): Overlap[] => {
      const where = placeIn(table, place.path);
      return views.flatMap((view): Overlap[] => {
        const at = shownBy(view, where);
        if (at === undefined) return [];
        if (at === 'within' || (at === '' && view.at === '')) return [{ kind: 'within', place }];
        return isThere(place, join(real, at)) ? [{ kind: 'holds', place, at }] : [];
      });
    });
  }
}

/** Tells whether a place is seen at a path, or could be made there. */
function isThere({ path, whenMissing }: SteeringPlace, seenAt: string): boolean {
  const found = isPresent(path);
  if (found === undefined) return false;
  if (!found) {
    if (whenMissing === 'refuse') return true;
    if (whenMissing === undefined) return false;
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } catch {
      // A program of ours cannot make a file that we cannot make.
      return false;
    }
  }
  return isSame(seenAt, path);
}

/** Tells whether something is at a path; `undefined` where this user, and so its programs, may not even look. */
function isPresent(path: string): boolean | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  }
}

/** Tells whether two paths are the same thing; one may be covered by a mount. */
function isSame(path: string, other: string): boolean {
  const [a, b] = [path, other].map((name) => {
    try {
      return lstatSync(hostPath(name), { throwIfNoEntry: false, bigint: true });
    } catch {
      return undefined;
    }
  });
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
