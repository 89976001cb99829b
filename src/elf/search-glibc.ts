import { dirname } from 'node:path';
import { PATH_MAX } from '../linux/limits.ts';
import { ElfMachine } from './header.ts';
import type { ElfImage } from './image.ts';
import { type LibraryCache, readCacheFile } from './ld-cache.ts';
import type { Candidates, LibrarySearch, Needing, SearchOptions } from './library-search.ts';

/* The search of glibc's loader for a library: ld.so(8), and elf/dl-load.c for what that page leaves out. */

/** The names that differ between machines. Loaders of distributions differ in these too, so there are several each. */
type MachineNames = {
  readonly directories: readonly string[];
  readonly lib: readonly string[];
  readonly platform: readonly string[];
  /** Folders with variants for newer processors (glibc 2.33). */
  readonly variants: readonly string[];
};

const names: ReadonlyMap<number, MachineNames> = new Map([
  [
    ElfMachine.x64,
    {
      directories: [
        '/lib/x86_64-linux-gnu',
        '/usr/lib/x86_64-linux-gnu',
        '/lib64',
        '/usr/lib64',
        '/lib',
        '/usr/lib',
      ],
      lib: ['lib/x86_64-linux-gnu', 'lib64', 'lib'],
      platform: ['x86_64', 'haswell', 'xeon_phi'],
      variants: ['x86-64-v4', 'x86-64-v3', 'x86-64-v2'],
    },
  ],
  [
    ElfMachine.arm64,
    {
      directories: [
        '/lib/aarch64-linux-gnu',
        '/usr/lib/aarch64-linux-gnu',
        '/lib64',
        '/usr/lib64',
        '/lib',
        '/usr/lib',
      ],
      lib: ['lib/aarch64-linux-gnu', 'lib64', 'lib'],
      platform: ['aarch64'],
      variants: [],
    },
  ],
]);

/** The directory of the image that names it. */
const ORIGIN = /\$(?:ORIGIN\b|\{ORIGIN\})/g;

const unknown: MachineNames = { directories: ['/lib', '/usr/lib'], lib: ['lib'], platform: [], variants: [] };

/** A search as glibc's loader does it, with the cache of this host. */
export function glibcSearch(
  machine: number,
  { libraryPath = [], cache = '/etc/ld.so.cache' }: SearchOptions,
): LibrarySearch {
  const { directories, lib, platform, variants } = names.get(machine) ?? unknown;
  let libraryCache: LibraryCache | undefined;

  /** Expands a text with `$ORIGIN`, `$LIB` or `$PLATFORM` to all that it can stand for. */
  const expand = (text: string, origin: string): string[] => {
    const origins = text.match(ORIGIN)?.length ?? 0;
    if (text.length + origins * origin.length > PATH_MAX) return [];
    const somewhere = text.replaceAll(ORIGIN, () => origin);
    const all = replaceEach(somewhere, /\$(?:LIB\b|\{LIB\})/, lib).flatMap((part) =>
      replaceEach(part, /\$(?:PLATFORM\b|\{PLATFORM\})/, platform),
    );
    // An empty directory is the working directory, which is not known here.
    return all.filter((path) => path.startsWith('/'));
  };
  const inDirectories = function* (list: readonly string[], name: string): Generator<Candidates> {
    for (const directory of list) {
      const folders = [...variants.map((variant) => `${directory}/glibc-hwcaps/${variant}`), directory];
      yield { paths: folders.map((folder) => `${folder}/${name}`), cached: false };
    }
  };
  // The same list is searched for every library that its image needs.
  const expanded = new Map<readonly string[], readonly string[]>();
  const inExpanded = function* (
    list: readonly string[] | undefined,
    origin: string,
    name: string,
  ): Generator<Candidates> {
    if (list === undefined) return;
    let directories = expanded.get(list);
    if (directories === undefined) {
      directories = list.flatMap((directory) => expand(directory, origin));
      expanded.set(list, directories);
    }
    yield* inDirectories(directories, name);
  };

  return {
    *candidates(name: string, needing: Needing): Generator<Candidates> {
      const { image, origin } = needing;
      if (name.includes('/')) {
        yield { paths: expand(name, origin), cached: false };
        return;
      }
      if (image.runpath === undefined)
        for (let loader: Needing | undefined = needing; loader !== undefined; loader = loader.loader)
          yield* inExpanded(rpathOf(loader.image), loader.origin, name);
      yield* inExpanded(libraryPath, needing.main.origin, name);
      yield* inExpanded(image.runpath, origin, name);
      libraryCache ??= readCacheFile(cache, machine);
      const known = libraryCache.find(name);
      const allowed = image.noDefaultLibraries ? known.filter((path) => !isIn(path, directories)) : known;
      if (allowed.length > 0)
        yield { paths: allowed, cached: allowed.some((path) => !isIn(path, directories)) };
      if (!image.noDefaultLibraries) yield* inDirectories(directories, name);
    },
    tracesOrigin: ({ rpath, runpath }) =>
      [...(rpath ?? []), ...(runpath ?? [])].some((text) => /\$\{?ORIGIN/.test(text)),
  };
}

function replaceEach(text: string, token: RegExp, values: readonly string[]): readonly string[] {
  return token.test(text)
    ? values.map((value) => text.replaceAll(new RegExp(token, 'g'), () => value))
    : [text];
}

/** An image with both has only its RUNPATH. */
function rpathOf({ rpath, runpath }: ElfImage): readonly string[] | undefined {
  return runpath === undefined ? rpath : undefined;
}

function isIn(path: string, directories: readonly string[]): boolean {
  const directory = dirname(path).replace(/\/glibc-hwcaps\/[^/]+$/, '');
  return directories.includes(directory);
}
