import type { ElfImage } from './image.ts';

/** An image that was loaded and needs libraries. */
export type Needing = {
  readonly image: ElfImage;
  /** The directory that `$ORIGIN` stands for in it. */
  readonly origin: string;
  /** The image for which this one was loaded; `undefined` for the program. */
  readonly loader: Needing | undefined;
  /** The program itself. */
  readonly main: Needing;
};

/** Options for a search. */
export type SearchOptions = {
  /** Directories of LD_LIBRARY_PATH, none by default. */
  readonly libraryPath?: readonly string[];
  /** Path of glibc's cache, `/etc/ld.so.cache` by default. */
  readonly cache?: string;
};

/** Files of which all that exist belong to a library: the processor decides between them. */
export type Candidates = {
  readonly paths: readonly string[];
  /** The loader finds them through its cache alone. */
  readonly cached: boolean;
};

/** The order in which a loader looks for libraries. */
export type LibrarySearch = {
  /** Lists the places where a library may lie, in the order of the search. */
  candidates(name: string, needing: Needing): Iterable<Candidates>;
  /**
   * Tells whether an image says where its libraries are with `$ORIGIN`, for which the loader must know its own path.
   */
  tracesOrigin(image: ElfImage): boolean;
};
