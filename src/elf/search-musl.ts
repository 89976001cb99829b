import { basename } from 'node:path';
import { tracePath } from '../host/files/path-trace.ts';
import { withFile } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import type { Candidates, LibrarySearch, Needing, SearchOptions } from './library-search.ts';

/* The search of musl's loader for a library: ldso/dynlink.c of musl. */

/** Names that stand for musl itself, even if there are such files. */
const RESERVED = /^lib(?:c|pthread|rt|m|dl|util|xnet)\.so$/;

/** The loader's own default. */
const DEFAULT = ['/lib', '/usr/local/lib', '/usr/lib'];

/** A longer file of directories is none. */
const MAX_PATH_FILE = 65536;

/** @param interpreter Path of the loader: its name says which file lists the directories to search. */
export function muslSearch(interpreter: string, { libraryPath = [] }: SearchOptions): LibrarySearch {
  const directories = readPathFile(interpreter);
  return {
    *candidates(name: string, needing: Needing): Generator<Candidates> {
      if (RESERVED.test(name)) {
        yield { paths: [interpreter], cached: false };
        return;
      }
      if (name.includes('/')) {
        yield { paths: [name].filter((path) => path.startsWith('/')), cached: false };
        return;
      }
      const inside = (list: readonly string[]): Candidates[] =>
        list.map((directory) => ({ paths: [`${directory}/${name}`], cached: false }));
      yield* inside(libraryPath);
      for (let loader: Needing | undefined = needing; loader !== undefined; loader = loader.loader) {
        const { image, origin } = loader;
        // musl makes no difference between the two, and looks at those of all libraries on the way here.
        const list = image.runpath ?? image.rpath ?? [];
        yield* inside(list.map((text) => text.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, () => origin)));
      }
      yield* inside(directories);
    },
    tracesOrigin: () => false,
  };
}

/** `/etc/ld-musl-x86_64.path`: one directory a line or between colons. */
function readPathFile(interpreter: string): readonly string[] {
  const name = basename(interpreter).replace(/\.so\.1$/, '');
  const real = tracePath(`/etc/${name}.path`)?.real;
  if (real === undefined) return DEFAULT;
  try {
    const text = withFile(real, (file) => file.read(0, Math.min(file.size, MAX_PATH_FILE)).toString());
    return text.split(/[:\n]/).filter((line) => line.startsWith('/'));
  } catch (error) {
    if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return DEFAULT;
    throw error;
  }
}
