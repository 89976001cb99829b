/** A file, directory or symbolic link that decides how later programs are started. */
export type SteeringPlace = {
  /** Absolute; without symbolic links but in its last step. */
  readonly path: string;
  /** For people: `the cache of cloudabi`. */
  readonly what: string;
  /**
   * For what would be used if a program made it where nothing is: `make` can be made beforehand, an empty directory;
   * `refuse` cannot.
   */
  readonly whenMissing?: 'make' | 'refuse';
};
