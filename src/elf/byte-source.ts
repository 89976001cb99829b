import { readSync } from 'node:fs';
import { IrregularFileError, type RegularFile, withRegularFile } from '../host/files/regular-file.ts';
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

/** Bytes at the start of a file that are read at once: headers lie there, and are asked for in small pieces. */
const HEAD = 2048;

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
 * Opens a regular file for as long as `use` runs, as `withRegularFile` does.
 *
 * @param path Absolute, without symbolic links.
 * @throws Error of Node when it cannot be opened; ElfError `not_elf` when it is no regular file; what `use` throws.
 */
export function withFile<Result>(
  path: string,
  use: (source: ByteSource, file: RegularFile) => Result,
): Result {
  try {
    return withRegularFile(path, (descriptor, file) => {
      const size = Number(file.size);
      let head: Buffer | undefined;
      const read = (offset: number, length: number): Buffer => {
        checkRange(offset, length, size);
        if (offset + length > HEAD) return readExactly(descriptor, offset, length);
        head ??= readExactly(descriptor, 0, Math.min(size, HEAD));
        return head.subarray(offset, offset + length);
      };
      return use({ size, read }, file);
    });
  } catch (error) {
    throw error instanceof IrregularFileError ? new ElfError('not_elf', error.message) : error;
  }
}

function readExactly(file: number, offset: number, length: number): Buffer {
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
