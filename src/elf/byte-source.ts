import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { ElfError } from './elf-error.ts';

/** Something that bytes can be read from at any place. */
export type ByteSource = {
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`.
   *
   * @throws ElfError `truncated` when the source ends before.
   */
  read(offset: number, length: number): Buffer;
};

/** Bytes that are in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read(offset, length) {
      checkRange(offset, length, buffer.length);
      return buffer.subarray(offset, offset + length);
    },
  };
}

/**
 * Opens a regular file for as long as `use` runs. Opening neither waits for a pipe with a name nor takes a terminal.
 *
 * @throws Error of Node when it cannot be opened; ElfError `not_elf` when it is no regular file; what `use` throws.
 */
export function withFile<Result>(path: string, use: (source: ByteSource) => Result): Result {
  // Opening is not harmless for all there is: it wakes who waits at a pipe, and starts some devices.
  if (!statSync(path).isFile()) throw new ElfError('not_elf', 'is not a regular file');
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new ElfError('not_elf', 'is not a regular file');
    return use({ size: stats.size, read: (offset, length) => readExactly(file, offset, length, stats.size) });
  } finally {
    closeSync(file);
  }
}

function readExactly(file: number, offset: number, length: number, size: number): Buffer {
  checkRange(offset, length, size);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, length - at, offset + at);
    if (count === 0) throw new ElfError('truncated', `ends before byte ${offset + length}`);
    at += count;
  }
  return bytes;
}

function checkRange(offset: number, length: number, size: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > size)
    throw new ElfError('truncated', `has ${size} bytes and should go on to byte ${offset + length}`);
}
