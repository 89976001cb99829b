import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** Bytes of the largest package.json that is read. */
export const LARGEST_MANIFEST: number = 2 ** 20;

/** A file cannot be read as one that is there in full, at once and with a size that was expected. */
export class UnsuitableFileError extends Error {
  override readonly name = 'UnsuitableFileError';
}

/**
 * Reads a regular file that has no more than `most` bytes. Neither a pipe with a name nor a device is waited for, and
 * what grows while it is read is read as far as it went at the start.
 *
 * @param flags More flags of open(2), such as O_NOFOLLOW.
 * @throws UnsuitableFileError for anything else that lies there; Error of Node.
 */
export function readSmallFile(path: string | Buffer, most: number, flags = 0): Buffer {
  return readWithAttributes(path, most, flags).bytes;
}

/** The same, with the attributes that the file had before it was read. */
export function readWithAttributes(
  path: string | Buffer,
  most: number,
  flags = 0,
): { readonly bytes: Buffer; readonly attributes: Stats } {
  // Opening is not harmless for all there is: it wakes processes that wait at a pipe, and starts some devices.
  checkSuitable(path, statSync(path), most);
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | flags);
  try {
    const attributes = fstatSync(file);
    checkSuitable(path, attributes, most);
    const bytes = Buffer.alloc(attributes.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return { bytes: bytes.subarray(0, length), attributes };
  } finally {
    closeSync(file);
  }
}

function checkSuitable(path: string | Buffer, attributes: Stats, most: number): void {
  if (!attributes.isFile()) throw new UnsuitableFileError(`'${path}' is not a regular file`);
  if (attributes.size > most)
    throw new UnsuitableFileError(`'${path}' has ${attributes.size} bytes, more than ${most}`);
}
