import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { listAttributes, readAttribute } from '../host/files/attributes.ts';
import { hostPath, textOf } from '../host/files/host-path.ts';
import { PATH_MAX } from '../linux/limits.ts';
import { OverlayError } from './overlay-error.ts';

/* Reading what the kernel has written into the upper directory of an overlay, all of which a program decides about. */

/** The mark of a directory that hides all of the directory it lies over (overlayfs, `userxattr`). */
export const OPAQUE = 'user.overlay.opaque';

/** The beginning of the names of the kernel's own marks. */
export const MARKS = 'user.overlay.';

/** The most entries of an overlay that are looked at; with more, nothing can be shown or committed. */
export const MOST_ENTRIES = 500_000;

/** One thing in the upper directory. */
export type UpperEntry = {
  /** Beneath the directory, without a slash at the beginning; empty for the directory itself. */
  readonly path: string;
  readonly stats: BigIntStats;
  /** True for a mark that something was removed: a character device with the numbers 0, 0. */
  readonly whiteout: boolean;
  /** True for a directory under which nothing of the lower directory is seen. */
  readonly opaque: boolean;
};

/** Tells whether something in an upper directory is the mark of a removed file. */
export function isWhiteout(stats: BigIntStats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0n;
}

/**
 * Lists the entries of an upper directory, parents before children, in the order of their names. Nothing is opened but
 * directories, and no link is followed.
 *
 * Precondition: the overlay is locked, so that none of it changes.
 *
 * @throws OverlayError for more than `MOST_ENTRIES`, and for trees deeper than a path can be long.
 */
export function* upperEntries(upper: string): Generator<UpperEntry> {
  let count = 0;
  const pending: { readonly path: string; readonly hidden: boolean }[] = [{ path: '', hidden: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, hidden } = next;
    if (++count > MOST_ENTRIES)
      throw new OverlayError(
        `The overlay has more than ${MOST_ENTRIES} entries, too many to compare; discard it`,
      );
    const full = path === '' ? upper : `${upper}/${path}`;
    if (Buffer.byteLength(full) >= PATH_MAX)
      throw new OverlayError(
        'The overlay has directories that lie too deep to be reached by a path; discard it',
      );
    const stats = lstatSync(hostPath(full), { bigint: true });
    const opaque = stats.isDirectory() && (hidden || readAttribute(full, OPAQUE)?.toString('latin1') === 'y');
    yield { path, stats, whiteout: isWhiteout(stats), opaque };
    if (!stats.isDirectory()) continue;
    const names = readdirSync(hostPath(full), { encoding: 'buffer' })
      .map(textOf)
      .sort((a, b) => (a < b ? 1 : -1));
    for (const name of names) pending.push({ path: path === '' ? name : `${path}/${name}`, hidden: opaque });
  }
}

/** Names of the attributes of a file that a program or a user has given it. */
export function ownAttributes(path: string): readonly string[] {
  return listAttributes(path).filter((name) => name.startsWith('user.') && !name.startsWith(MARKS));
}
