/** The side to which a directory belongs: ours is made in memory for the program, theirs is one of the host's. */
export type Owner = 'ours' | 'theirs';

/**
 * The places of a root while it is made: what is there, and whose it is. Nothing may be made in directories of the host,
 * and no symbolic link is followed in those that the program can change, since it may have put that there.
 */
export class RootPlaces {
  /** Paths in the root that exist in memory of ours, where more can be made. */
  readonly #made = new Set<string>(['']);
  readonly #mounts = new Map<string, Owner>();
  /** Paths of mounts that the program can change. */
  readonly #writable = new Set<string>();

  /** A copy, which goes its own way from now on. */
  copy(): RootPlaces {
    const copy = new RootPlaces();
    for (const path of this.#made) copy.#made.add(path);
    for (const [path, owner] of this.#mounts) copy.#mounts.set(path, owner);
    for (const path of this.#writable) copy.#writable.add(path);
    return copy;
  }

  /** Tells whether something was made or mounted at a path. */
  has(path: string): boolean {
    return this.#made.has(path) || this.#mounts.has(path);
  }

  /** Notes that a directory or file was made. */
  make(path: string): void {
    this.#made.add(path);
  }

  /** Notes a mount, which covers what was made beneath. */
  mount(path: string, owner: Owner): void {
    this.#mounts.set(path, owner);
    for (const made of this.#made) if (made.startsWith(`${path}/`)) this.#made.delete(made);
  }

  /** Notes that a path was mounted on itself. */
  pin(path: string, readOnly: boolean): void {
    const writable = this.isWritable(path);
    this.#mounts.set(path, this.ownerOf(path));
    if (writable && !readOnly) this.#writable.add(path);
  }

  /** Notes that the program can change what is mounted at a path. */
  letChange(path: string): void {
    this.#writable.add(path);
  }

  /** Notes that a directory of the host has taken the place of the root. */
  replaceRoot(): void {
    this.#made.clear();
    this.#mounts.clear();
    this.#writable.clear();
    this.#mounts.set('', 'theirs');
  }

  /** Tells whether a path lies in a mount that the program can change. */
  isWritable(path: string): boolean {
    const mount = this.#mountAbove(path);
    return mount !== undefined && this.#writable.has(mount);
  }

  ownerOf(path: string): Owner {
    const mount = this.#mountAbove(path);
    return (mount === undefined ? undefined : this.#mounts.get(mount)) ?? 'ours';
  }

  /** The path of the mount that a path lies in, or is; `undefined` for the root that we have made. */
  #mountAbove(path: string): string | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const mount = path.slice(0, end);
      if (this.#mounts.has(mount)) return mount;
    }
    return this.#mounts.has('') ? '' : undefined;
  }
}
