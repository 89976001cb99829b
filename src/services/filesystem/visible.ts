import { bytesOf } from '../../host/files/host-path.ts';
import type { PatternSet } from '../../policy/pattern-set.ts';

/** The paths of a tree that a channel can see. */
export class Visible {
  readonly #paths: PatternSet | undefined;
  readonly #except: PatternSet | undefined;

  /**
   * @param paths Patterns of which one must match; `undefined` for all paths.
   * @param except Patterns of which none may match, neither the path nor a directory above it.
   */
  constructor(paths: PatternSet | undefined, except: PatternSet | undefined) {
    this.#paths = paths;
    this.#except = except;
  }

  /** Tells whether a path can be seen and opened. */
  shows(path: string): boolean {
    return !this.#isExcepted(path) && (this.#paths?.matches(bytesOf(path)) ?? true);
  }

  /** Tells whether a path beneath a directory could be seen. */
  leadsTo(directory: string): boolean {
    return !this.#isExcepted(directory) && (this.#paths?.reaches(bytesOf(directory)) ?? true);
  }

  #isExcepted(path: string): boolean {
    const except = this.#except;
    if (except === undefined || path === '') return false;
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      if (except.matches(bytesOf(end < 0 ? path : path.slice(0, end)))) return true;
      if (end < 0) return false;
    }
  }
}
