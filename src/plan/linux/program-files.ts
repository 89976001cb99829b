import { type Libraries, librariesOf } from '../../elf/libraries.ts';
import { tracePath } from '../../host/files/trace.ts';
import type { ChainLink } from './chain.ts';

/** The files and links that one file of a program's chain needs. */
export type NeededFiles = Pick<
  Libraries,
  'program' | 'files' | 'links' | 'missing' | 'needsCache' | 'needsOrigin'
>;

/**
 * What the kernel and the loader open for a file of the chain.
 *
 * @param libraryPath Directories of the program's LD_LIBRARY_PATH.
 * @throws ElfError; Error of Node when it cannot be read.
 */
export function filesOfLink({ path, kind }: ChainLink, libraryPath: readonly string[]): NeededFiles {
  if (kind === 'elf') return librariesOf(path, { libraryPath });
  const { real, links } = tracePath(path) ?? { real: path, links: new Map<string, string>() };
  return { program: real, files: [real], links, missing: [], needsCache: false, needsOrigin: false };
}
