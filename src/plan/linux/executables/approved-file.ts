import type { ListedFile } from './checksum-list.ts';

/** A file that can be started, as a copy. */
export type ApprovedFile = ListedFile & {
  /** The place where the program sees it. */
  readonly at: string;
  /** Bytes of the content. */
  readonly size: number;
};

/** The files that a program can start, and nothing else. */
export type PlannedExecutables = {
  /** The path of the list. */
  readonly list: string;
  readonly files: readonly ApprovedFile[];
  /** Listed files that the program sees and that are not approved, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
};
