/*
 * The format of a patch, in the manner of bsdiff: the old file is walked through, parts of it are copied with
 * differences added byte by byte, and new bytes come in between.
 *
 *   16 bytes  "CLOUDABI/PATCH1\n"
 *    8 bytes  size of the new file
 *   the rest  compressed with gzip: steps until the new file is complete
 *
 * A step is three numbers of 8 bytes: how many bytes to copy, how many new ones follow, how far to move in the
 * old file afterwards; then the differences, then the new bytes. Numbers are signed and little-endian.
 */
export const MAGIC = Buffer.from('CLOUDABI/PATCH1\n');
export const HEADER = MAGIC.length + 8;
export const STEP = 24;
