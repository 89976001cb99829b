import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from 'node:fs';
import { hostPath, textOf } from './host-path.ts';

/** A regular file that was read, and the attributes that show that another one is the same and unchanged. */
export type RegularFile = {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  /** The time of its last change, in nanoseconds since 1970. */
  readonly changed: bigint;
};

/**
 * An error for a path that has no regular file, or a file that does not stay there. The message says which, without the
 * path.
 */
export class IrregularFileError extends Error {
  override readonly name = 'IrregularFileError';
  readonly code = 'irregular_file';
}

/**
 * Opens a regular file for reading for as long as `use` runs. Opening neither waits for a pipe with a name nor takes a
 * terminal nor follows a link: the file that was opened lies at this very path.
 *
 * @param path Absolute, without symbolic links.
 * @throws IrregularFileError; Error of Node when it cannot be opened; what `use` throws.
 */
export function withRegularFile<Result>(
  path: string,
  use: (descriptor: number, file: RegularFile) => Result,
): Result {
  // Opening is not harmless for all there is: it wakes processes that wait at a pipe, and starts some devices.
  const name = hostPath(path);
  if (!lstatSync(name).isFile()) throw new IrregularFileError('is not a regular file');
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;
  const descriptor = openSync(name, flags);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) throw new IrregularFileError('is not a regular file');
    // A directory on the way may have become a link: the kernel knows where it went.
    const place = readlinkSync(`/proc/self/fd/${descriptor}`, { encoding: 'buffer' });
    if (textOf(place) !== path) throw new IrregularFileError('was replaced while it was opened');
    const { dev, ino, size, ctimeNs } = stats;
    return use(descriptor, { path, device: dev, inode: ino, size, changed: ctimeNs });
  } finally {
    closeSync(descriptor);
  }
}

/** Compares the identity and the changes of two files. */
export function isSameFile(a: Omit<RegularFile, 'path'>, b: Omit<RegularFile, 'path'>): boolean {
  return a.device === b.device && a.inode === b.inode && a.size === b.size && a.changed === b.changed;
}
