import type { PathGrant } from './path-grants.ts';

/** A grant that is written down, but not in force. */
export type HeldBack = { readonly grant: PathGrant; readonly reason: string };

/** The paths that a program needs, and those that it does not get. */
export type LearnedPaths = {
  readonly grants: readonly PathGrant[];
  /** Places of secrets that it used. */
  readonly sensitive: readonly HeldBack[];
  /** Things that it used and can most likely do without. */
  readonly optional: readonly HeldBack[];
  /** Directories of which it asked only whether they are there. */
  readonly looked: readonly string[];
  /** Remarks for people, one line each. */
  readonly notes: readonly string[];
};
