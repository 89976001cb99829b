/** Bounds of linking: a program that imports a file without an end would take all there is. */
export type LinkBounds = {
  /** Milliseconds. */
  readonly time: number;
  /** Bytes. */
  readonly memory: number;
};

/** The bounds when nothing else is said. */
export const BOUNDS: LinkBounds = { time: 60_000, memory: 2 ** 32 };

/** A linker that has not answered for so long, in milliseconds, is looked at: it may wait for a pipe. */
export const WAITS = 250;

/** The linker's process ended without a word about the program. */
export class LinkerEnded extends Error {
  override readonly name = 'LinkerEnded';
}
