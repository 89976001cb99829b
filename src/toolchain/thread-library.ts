import { createHash } from 'node:crypto';
import { readArchive, writeArchive } from './archive.ts';
import { cached, keepNamed } from './cache.ts';
import { definedSymbols } from './symbols.ts';
import { withThreadErrno } from './thread-errno.ts';

/** Archives of the compiler's that may refer to errno. */
export const ERRNO_ARCHIVES: readonly string[] = [
  'libc.a',
  'libc++.a',
  'libc++abi.a',
  'libc-printscan-long-double.a',
  'libwasi-emulated-mman.a',
  'libwasi-emulated-signal.a',
];

/** The form of {@link threadLibrary}: a number that changes with the code that makes it. */
const FORM = 1;

/**
 * Gives an archive for programs with threads: those files of the compiler's libraries that refer to errno, which is each
 * thread's own there. The linker is given it before them. It is made at the first use, and cached.
 *
 * @param compiler names the build of the compiler and its libraries
 * @param read gives {@link ERRNO_ARCHIVES}, those that there are
 * @throws ToolchainError `toolchain_broken` when a file refers to errno in an unknown way
 */
export async function threadLibrary(
  compiler: string,
  read: () => Promise<readonly Buffer[]>,
): Promise<Uint8Array> {
  const digest = createHash('sha256').update(`${FORM}\n${compiler}`).digest('hex');
  const name = `libcloudabi-errno-${digest.slice(0, 32)}`;
  const known = cached(name);
  if (known !== undefined) return known;
  const members = (await read()).flatMap(readArchive).flatMap(({ bytes }) => {
    const symbols = definedSymbols(bytes);
    // Its own function for the address of errno is replaced.
    const made = symbols.includes('__errno_location') ? undefined : withThreadErrno(bytes);
    return made === undefined ? [] : [{ bytes: made, symbols }];
  });
  const archive = writeArchive(members);
  keepNamed(name, archive);
  return archive;
}
