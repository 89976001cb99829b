import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { hostPath } from '../../../host/files/host-path.ts';
import { readSmallFile } from '../../../host/files/small-file.ts';

/** A file and the SHA-256 of its content, in hexadecimal digits. */
export type ListedFile = { readonly path: string; readonly sha256: string };

/** A list that was read, or the number of the first line that is none of a list. */
export type ChecksumList = { readonly files: readonly ListedFile[] } | { readonly line: number };

/** More than any list has, in bytes. */
const MAX_LIST = 16 * 1024 * 1024;

/**
 * Reads a list as sha256sum(1) writes it: a checksum, two blanks and an absolute path in each line. Lines that begin with `#`
 * are comments.
 *
 * @throws UnsuitableFileError for anything but a regular file of 16 MiB at most; Error of Node when it cannot be read.
 */
export function readChecksumList(path: string): ChecksumList {
  const bytes = readSmallFile(hostPath(path), MAX_LIST);
  const files: ListedFile[] = [];
  for (const [index, line] of bytes.toString('utf8').split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const [, sha256, file] = /^([0-9a-f]{64}) [ *](\/.+)$/.exec(line) ?? [];
    if (sha256 === undefined || file === undefined) return { line: index + 1 };
    files.push({ sha256, path: file });
  }
  return { files };
}

/** Bytes that are read at once. */
const CHUNK = 0x40000;

/** The checksum of a file, and its size in bytes. */
export type FileChecksum = { readonly sha256: string; readonly size: number };

/**
 * Computes the checksum of a regular file.
 *
 * @param onChunk Gets each part of the content.
 * @param most Bytes after which it stops, with another checksum, since a file can grow.
 * @returns `undefined` for anything but a regular file.
 * @throws Error of Node when it cannot be read.
 */
export function checksumOf(
  path: string,
  onChunk: (bytes: Uint8Array) => void = () => undefined,
  most: number = Number.POSITIVE_INFINITY,
): FileChecksum | undefined {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const descriptor = openSync(hostPath(path), flags);
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    // Loading it takes time that not every start needs.
    const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
    const buffer = Buffer.allocUnsafe(CHUNK);
    let size = 0;
    for (let count = 1; count > 0 && size <= most; ) {
      count = readSync(descriptor, buffer, 0, CHUNK, null);
      const bytes = buffer.subarray(0, count);
      hash.update(bytes);
      if (count > 0) onChunk(bytes);
      size += count;
    }
    return { sha256: hash.digest('hex'), size };
  } finally {
    closeSync(descriptor);
  }
}
