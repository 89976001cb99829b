/** Changes of a directory that were kept aside when a program ended (`overlay`). */
export type KeptOverlay = {
  /** Names it in `cloudabi changes`, `commit` and `discard`. */
  readonly id: string;
  /** The directory on the host, which is as it was. */
  readonly directory: string;
  /** The numbers of files, directories and links; `undefined` for too many to compare. */
  readonly counts:
    | { readonly created: number; readonly changed: number; readonly deleted: number }
    | undefined;
};
