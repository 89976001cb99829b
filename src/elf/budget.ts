import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';

/** The most paths that are looked at for one program. The largest programs of distributions need some thousand. */
const MAX_LOOKS = 50_000;

/** Longer paths count more than once, since the kernel goes through their steps; in characters. */
const LONG = 64;

/** The most bytes of images that are read for one program. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The work that finding the libraries of one program may cost, since hostile images ask for any amount of it. */
export class Budget {
  #looks = 0;
  #bytes = 0;

  /**
   * Counts one path, or one directory of a search.
   *
   * @param path Empty for work without a call of the host.
   * @throws ElfError `too_large` when the budget is used up, by looks or by bytes.
   */
  look(path = ''): void {
    this.#looks += 1 + Math.floor(path.length / LONG);
    if (this.#looks > MAX_LOOKS)
      throw new ElfError('too_large', `makes the loader look at more than ${MAX_LOOKS} paths`);
    this.#checkBytes();
  }

  /** Counts the bytes read from a source: reading on throws ElfError `too_large` when the budget is used up. */
  counted(source: ByteSource): ByteSource {
    return {
      size: source.size,
      read: (offset, length) => {
        this.#bytes += length;
        this.#checkBytes();
        return source.read(offset, length);
      },
    };
  }

  #checkBytes(): void {
    if (this.#bytes > MAX_BYTES)
      throw new ElfError('too_large', `makes the loader read more than ${MAX_BYTES} bytes`);
  }
}
