/** A part of an executable that is loaded. */
export type LoadedPart = {
  readonly offset: number;
  readonly address: number;
  /** Bytes that come from the file, and bytes in memory; the rest is zero. */
  readonly fileSize: number;
  readonly memorySize: number;
  /** PF_R, PF_W, PF_X. */
  readonly flags: number;
};
