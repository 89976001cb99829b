import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { linkTarget, type Trace, tracePath } from '../host/files/path-trace.ts';
import type { RegularFile } from '../host/files/regular-file.ts';
import { Budget } from './budget.ts';
import { ElfError } from './elf-error.ts';
import { machineName } from './header.ts';
import { type ElfImage, type ImageFile, readImageFile } from './image.ts';
import type { LibrarySearch, Needing, SearchOptions } from './library-search.ts';
import { searchOf } from './search.ts';

/** A library of a program. */
export type Library = {
  /** As it is needed. */
  readonly name: string;
  /** The path at which the loader opens it, symbolic links not followed. */
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
  /**
   * The files to have, by their paths without symbolic links, those of the program and of its interpreter among them.
   * Each is an ELF image for the program's machine, and was read as the file that stands here.
   */
  readonly files: ReadonlyMap<string, RegularFile>;
  /** The symbolic links on the way to them: path and target. */
  readonly links: ReadonlyMap<string, string>;
  /** Libraries that the loader is not going to find. */
  readonly missing: readonly Omit<Library, 'path'>[];
  /** True if the loader finds one of them through `/etc/ld.so.cache` alone. */
  readonly needsCache: boolean;
  /** True if the program says with `$ORIGIN` where its libraries are. */
  readonly needsOrigin: boolean;
};

/** No real program comes near; a hostile one ends here. */
const MAX_LIBRARIES = 1024;

/**
 * Finds all libraries of a program as the loader would: interpreter, DT_NEEDED, RPATH and RUNPATH, the cache, default
 * directories. Libraries that a program loads later by itself (dlopen(3): plugins, modules of interpreters, the name
 * services of the C library) are not among them, since nothing in the file names them.
 *
 * @param path Absolute path of the program.
 * @param check Throws when the program's own image is none to go on with.
 * @throws ElfError when the program is no ELF image or needs too much; Error of Node when it cannot be read.
 */
export function librariesOf(
  path: string,
  options: SearchOptions = {},
  check: (image: ElfImage) => void = () => {},
): Libraries {
  return new Collector(options).collect(path, check);
}

/** A library that a search has come to. */
type Found = ImageFile & {
  /** The path at which the loader opens it. */
  readonly place: string;
  readonly trace: Trace;
};

class Collector {
  readonly #options: SearchOptions;
  readonly #files = new Map<string, RegularFile>();
  readonly #links = new Map<string, string>();
  readonly #libraries: Library[] = [];
  readonly #missing: Omit<Library, 'path'>[] = [];
  /** Names that need no search any more, as they were needed or as the libraries call themselves. */
  readonly #known = new Set<string>();
  readonly #budget = new Budget();
  /** The findings at the paths on the way: libraries share most of it. Opening a file shows whether it is still so. */
  readonly #steps = new Map<string, string | undefined>();
  #needsCache = false;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  readonly #look = (path: string): string | undefined => {
    this.#budget.look(path);
    if (!this.#steps.has(path)) this.#steps.set(path, linkTarget(path));
    return this.#steps.get(path);
  };

  collect(path: string, check: (image: ElfImage) => void): Libraries {
    const trace = tracePath(path, this.#look);
    const program = trace?.real ?? path;
    const { image, file } = readImageFile(program, this.#budget);
    check(image);
    this.#add(trace, file);
    const { interpreter } = image;
    let needsOrigin = false;
    if (interpreter !== undefined) {
      this.#addInterpreter(interpreter, image, program);
      const search = searchOf(interpreter, image.machine, this.#options);
      needsOrigin = search.tracesOrigin(image);
      this.#loadAll(search, mainOf(image, program), image.machine, program);
    }
    return {
      program,
      image,
      libraries: this.#libraries,
      files: this.#files,
      links: this.#links,
      missing: this.#missing,
      needsCache: this.#needsCache,
      needsOrigin,
    };
  }

  /** The interpreter is loaded already when libraries need it by its name. */
  #addInterpreter(interpreter: string, { machine }: ElfImage, program: string): void {
    if (!interpreter.startsWith('/'))
      throw new ElfError('malformed', `names the interpreter '${interpreter}', which is no absolute path`);
    const trace = tracePath(interpreter, this.#look);
    if (trace === undefined) {
      this.#missing.push({ name: interpreter, neededBy: program });
      return;
    }
    const { image, file } = readInterpreter(interpreter, trace.real, this.#budget);
    if (image.machine !== machine)
      throw new ElfError(
        'foreign',
        `names the interpreter '${interpreter}', which is for ${machineName(image.machine)}`,
      );
    this.#add(trace, file);
    if (image.name !== undefined) this.#known.add(image.name);
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
        for (const { place, trace, file, image } of found) {
          if (this.#libraries.push({ name, path: place, neededBy: path }) > MAX_LIBRARIES)
            throw new ElfError('too_large', `needs more than ${MAX_LIBRARIES} libraries`);
          if (image.name !== undefined) this.#known.add(image.name);
          this.#add(trace, file);
          queue.push({ needing: { image, origin: dirname(place), loader: needing, main }, path: place });
        }
      }
    }
  }

  /** The first file that fits, and the variants of it for newer processors that come before. */
  #find(search: LibrarySearch, name: string, needing: Needing, machine: number): Found[] {
    const found: Found[] = [];
    this.#budget.look();
    for (const { paths, cached } of search.candidates(name, needing)) {
      this.#budget.look();
      let plain = false;
      for (const place of paths) {
        const read = this.#read(place);
        if (read === undefined || read.image.machine !== machine) continue;
        found.push(read);
        plain ||= !place.includes('/glibc-hwcaps/');
        this.#needsCache ||= cached;
      }
      if (plain) break;
    }
    return found;
  }

  #read(place: string): Found | undefined {
    this.#budget.look(place);
    // Most paths of a search do not exist: this is cheaper than an error that says so.
    if (!existsSync(place)) return undefined;
    const trace = tracePath(place, this.#look);
    if (trace === undefined) return undefined;
    try {
      return { place, trace, ...readImageFile(trace.real, this.#budget) };
    } catch (error) {
      // A loader goes on with the next directory after any fault of a file.
      if (error instanceof ElfError || (error instanceof Error && 'code' in error)) return undefined;
      throw error;
    }
  }

  /** Notes a file and the links on the way to it. */
  #add(trace: Trace | undefined, file: RegularFile): void {
    this.#files.set(file.path, file);
    for (const [link, target] of trace?.links ?? []) this.#links.set(link, target);
  }
}

/** The kernel loads the interpreter as it loads the program, so nothing else can stand there. */
function readInterpreter(name: string, path: string, budget: Budget): ImageFile {
  try {
    return readImageFile(path, budget);
  } catch (error) {
    if (error instanceof ElfError)
      throw new ElfError(error.code, `names the interpreter '${name}', which ${error.message}`);
    throw error;
  }
}

function mainOf(image: ElfImage, program: string): Needing {
  // The program is its own main; only this function can make that knot.
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
