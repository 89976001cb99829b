import { Errno } from '../../abi/generated/constants.ts';
import type { Result } from '../../kernel/result.ts';
import { MOST_PAGES, PAGE } from './binary-numbers.ts';
import type { GuestMemory } from './memory.ts';

/** States of a page: the module's own, mapped, or mapped once and free. */
const OWN = 0;
const MAPPED = 1;
const FREE = 2;

/**
 * The pages of a module's memory that were mapped by calls. Linear memory is one piece that can only grow, so new pages
 * come from its end, and unmapped pages are kept for the next request.
 */
export class Mappings {
  readonly #memory: GuestMemory;
  /** Made when it is first needed: most modules map nothing. */
  #pages = new Uint8Array(0);

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /**
   * Finds unused pages, full of zeros.
   *
   * @param length Bytes, at least one.
   * @returns The address of the first, or `-nomem`.
   */
  map(length: number): Result {
    if (this.#pages.length === 0) this.#pages = new Uint8Array(MOST_PAGES);
    const count = Math.ceil(length / PAGE);
    let first = this.#findFree(count);
    if (first < 0) first = this.#memory.grow(count);
    else this.#memory.bytes.fill(0, first * PAGE, (first + count) * PAGE);
    if (first < 0) return -Errno.nomem;
    this.#pages.fill(MAPPED, first, first + count);
    return first * PAGE;
  }

  /** Gives pages back: 0, or `-inval` for pages that were not mapped. */
  unmap(at: number, length: number): Result {
    const first = at / PAGE;
    const end = first + Math.ceil(length / PAGE);
    if (!Number.isInteger(first) || end > this.#pages.length || length === 0) return -Errno.inval;
    if (this.#pages.subarray(first, end).some((page) => page === OWN)) return -Errno.inval;
    this.#pages.fill(FREE, first, end);
    return 0;
  }

  /** The first of `count` free pages in a row, or -1. */
  #findFree(count: number): number {
    let run = 0;
    for (let at = this.#pages.indexOf(FREE); at >= 0 && at < MOST_PAGES; at++) {
      run = this.#pages[at] === FREE ? run + 1 : 0;
      if (run === count) return at + 1 - count;
    }
    return -1;
  }
}
