import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { hostPath, realPathOf, textOf } from '../host/files/host-path.ts';
import { isAutomountPoint } from '../host/files/mount-flags.ts';
import { O_PATH } from '../linux/open-flags.ts';
import { isNothing, reasonOf } from './file-kind.ts';

/** A file, directory or device of the host to which a path has led, held by a descriptor that only names it (O_PATH). */
export class HeldFile {
  readonly descriptor: number;
  readonly stats: Stats;
  #real: string | undefined;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
    this.stats = fstatSync(descriptor);
  }

  /** A path to this very object, wherever its own path leads by now (proc(5), `/proc/PID/fd`). */
  get name(): string {
    return `/proc/self/fd/${this.descriptor}`;
  }

  /** Its own path without symbolic links, as it was when this was first asked. */
  get real(): string {
    this.#real ??= textOf(readlinkSync(this.name, { encoding: 'buffer' }));
    return this.#real;
  }
}

/**
 * Files that grants name, each looked up by its path once: what is found out about one later, and what is opened or
 * mounted in the end, is the object that this first look has found.
 */
export class HeldFiles {
  readonly #found = new Map<string, HeldFile | string | undefined>();
  readonly #real = new Map<string, string>();

  /**
   * Looks a path up, once.
   *
   * @param path Absolute.
   * @returns `undefined` when there is nothing, a reason when it cannot be told.
   */
  find(path: string): HeldFile | string | undefined {
    if (this.#found.has(path)) return this.#found.get(path);
    const found = look(path);
    this.#found.set(path, found);
    return found;
  }

  /** Returns the file of a path that was looked up. */
  held(path: string): HeldFile | undefined {
    const found = this.#found.get(path);
    return found instanceof HeldFile ? found : undefined;
  }

  /** Gives the path without symbolic links; that of a missing file stays as it is. */
  real(path: string): string {
    const known = this.held(path)?.real ?? this.#real.get(path);
    if (known !== undefined) return known;
    const real = follow(path);
    this.#real.set(path, real);
    return real;
  }

  /** Lets go of all of them; a later look starts anew. */
  close(): void {
    for (const found of this.#found.values()) if (found instanceof HeldFile) closeSync(found.descriptor);
    this.#found.clear();
    this.#real.clear();
  }
}

function look(path: string): HeldFile | string | undefined {
  try {
    const held = new HeldFile(openSync(hostPath(path), O_PATH));
    if (!held.stats.isDirectory() || !isAutomountPoint(held.descriptor)) return held;
    closeSync(held.descriptor);
    // Only a look for a directory mounts what belongs there (open(2), O_PATH).
    return new HeldFile(openSync(hostPath(path), O_PATH | constants.O_DIRECTORY));
  } catch (error) {
    return isNothing(error) ? undefined : reasonOf(error);
  }
}

function follow(path: string): string {
  try {
    return realPathOf(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return path;
    throw error;
  }
}
