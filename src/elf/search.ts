import { basename } from 'node:path';
import type { LibrarySearch, SearchOptions } from './library-search.ts';
import { glibcSearch } from './search-glibc.ts';
import { muslSearch } from './search-musl.ts';

/** The search of the loader that a program names: musl's by its name, otherwise glibc's. */
export function searchOf(interpreter: string, machine: number, options: SearchOptions): LibrarySearch {
  return basename(interpreter).startsWith('ld-musl-')
    ? muslSearch(interpreter, options)
    : glibcSearch(machine, options);
}
