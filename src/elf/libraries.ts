import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { tracePath } from '../host/files/trace.ts';
import { ElfError } from './elf-error.ts';
import { type ElfImage, readImageFile } from './image.ts';
import type { LibrarySearch, Needing, SearchOptions } from './library-search.ts';
import { searchOf } from './search.ts';

/** A library of a program. */
export type Library = {
  /** As it is needed. */
  readonly name: string;
  /** Where the loader opens it, symbolic links not followed. */
  readonly path: string;
  /** Path of the image that needs it first. */
  readonly neededBy: string;
};

/** Everything that a program needs before its first instruction. */
export type Libraries = {
  /** The program's own path, without symbolic links. */
  readonly program: string;
  readonly image: ElfImage;
  readonly libraries: readonly Library[];
  /** The files to have: paths without symbolic links, those of the program and of its interpreter among them. */
  readonly files: readonly string[];
  /** The symbolic links on the way to them: path, and what the link says. */
  readonly links: ReadonlyMap<string, string>;
  /** Libraries that the loader is not going to find. */
  readonly missing: readonly Omit<Library, 'path'>[];
  /** Whether the loader finds one of them through `/etc/ld.so.cache` alone. */
  readonly needsCache: boolean;
  /** Whether the program says with `$ORIGIN` where its libraries are. */
  readonly needsOrigin: boolean;
};

/** No real program comes near; a hostile one ends here. */
const MAX_LIBRARIES = 1024;
/** How many paths are looked at for one program. */
const MAX_LOOKS = 200_000;

/**
 * Finds all libraries of a program as the loader would: interpreter, DT_NEEDED, RPATH and RUNPATH, the cache, default
 * directories. Libraries that a program loads later by itself (dlopen(3): plugins, modules of interpreters, the name
 * services of the C library) are not among them, since nothing in the file names them.
 *
 * @param path Absolute path of the program.
 * @throws ElfError when the program is no ELF image or needs too much; Error of Node when it cannot be read.
 */
export function librariesOf(path: string, options: SearchOptions = {}): Libraries {
  return new Collector(options).collect(path);
}

class Collector {
  readonly #options: SearchOptions;
  readonly #files = new Set<string>();
  readonly #links = new Map<string, string>();
  readonly #libraries: Library[] = [];
  readonly #missing: Omit<Library, 'path'>[] = [];
  /** Names that need no search any more, as they were needed or as the libraries call themselves. */
  readonly #known = new Set<string>();
  #needsCache = false;
  #looks = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  collect(path: string): Libraries {
    const program = this.#add(path) ?? path;
    const image = readImageFile(program);
    const { interpreter } = image;
    let needsOrigin = false;
    if (interpreter !== undefined) {
      if (!interpreter.startsWith('/'))
        throw new ElfError('malformed', `names the interpreter '${interpreter}', which is no absolute path`);
      if (this.#add(interpreter) === undefined) this.#missing.push({ name: interpreter, neededBy: program });
      const search = searchOf(interpreter, image.machine, this.#options);
      needsOrigin = search.tracesOrigin(image);
      this.#knowInterpreter(interpreter);
      this.#loadAll(search, mainOf(image, program), image.machine, program);
    }
    return {
      program,
      image,
      libraries: this.#libraries,
      files: [...this.#files],
      links: this.#links,
      missing: this.#missing,
      needsCache: this.#needsCache,
      needsOrigin,
    };
  }

  /** The interpreter is loaded already when libraries need it by its name. */
  #knowInterpreter(interpreter: string): void {
    const image = this.#read(interpreter);
    if (image?.name !== undefined) this.#known.add(image.name);
  }

  /** Breadth first, as loaders do it: that decides which of two libraries with one name counts. */
  #loadAll(search: LibrarySearch, main: Needing, machine: number, program: string): void {
    const queue: { readonly needing: Needing; readonly path: string }[] = [{ needing: main, path: program }];
    for (const { needing, path } of queue) {
      for (const name of needing.image.needed) {
        if (this.#known.has(name)) continue;
        this.#known.add(name);
        const found = this.#find(search, name, needing, machine);
        if (found.length === 0) this.#missing.push({ name, neededBy: path });
        for (const { file, image } of found) {
          if (this.#libraries.push({ name, path: file, neededBy: path }) > MAX_LIBRARIES)
            throw new ElfError('too_large', `needs more than ${MAX_LIBRARIES} libraries`);
          if (image.name !== undefined) this.#known.add(image.name);
          this.#add(file);
          queue.push({ needing: { image, origin: dirname(file), loader: needing, main }, path: file });
        }
      }
    }
  }

  /** The first file that fits, and the variants of it for newer processors that come before. */
  #find(
    search: LibrarySearch,
    name: string,
    needing: Needing,
    machine: number,
  ): { readonly file: string; readonly image: ElfImage }[] {
    const found: { readonly file: string; readonly image: ElfImage }[] = [];
    for (const { paths, cached } of search.candidates(name, needing)) {
      let plain = false;
      for (const file of paths) {
        const image = this.#read(file);
        if (image === undefined || image.machine !== machine) continue;
        found.push({ file, image });
        plain ||= !file.includes('/glibc-hwcaps/');
        this.#needsCache ||= cached;
      }
      if (plain) break;
    }
    return found;
  }

  #read(file: string): ElfImage | undefined {
    if (++this.#looks > MAX_LOOKS)
      throw new ElfError('too_large', `makes the loader look at more than ${MAX_LOOKS} paths`);
    // Most paths of a search lead nowhere: this is cheaper than an error that says so.
    if (!existsSync(file)) return undefined;
    try {
      return readImageFile(file);
    } catch (error) {
      // A loader goes on with the next directory, whatever is wrong with a file.
      if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return undefined;
      throw error;
    }
  }

  /** Notes a file and the links on the way to it; returns its real path. */
  #add(path: string): string | undefined {
    const trace = tracePath(path);
    if (trace === undefined) return undefined;
    this.#files.add(trace.real);
    for (const [link, target] of trace.links) this.#links.set(link, target);
    return trace.real;
  }
}

function mainOf(image: ElfImage, program: string): Needing {
  // The program is its own main; nobody else can make that knot.
  const main: { image: ElfImage; origin: string; loader: undefined; main: Needing } = {
    image,
    origin: dirname(program),
    loader: undefined,
    get main(): Needing {
      return main;
    },
  };
  return main;
}
