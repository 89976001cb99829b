/**
 * The two generations of WASI preview 1 differ in a few numbers and layouts; everything else is the same code.
 * Sources: `snapshot_1` and `snapshot_0` ("wasi_unstable") of the preview 1 documents.
 */
export type Dialect = {
  readonly module: 'wasi_snapshot_preview1' | 'wasi_unstable';
  /** The host's `SeekFrom` for each `whence`. */
  readonly whence: readonly number[];
  /** Offsets in `filestat`; the link count is `linksSize` bytes wide. */
  readonly filestat: {
    readonly size: number;
    readonly linksSize: 4 | 8;
    readonly links: number;
    readonly fileSize: number;
    readonly accessed: number;
    readonly modified: number;
    readonly changed: number;
  };
  /** Offsets in `subscription` of the members of a clock. */
  readonly subscription: {
    readonly size: number;
    readonly clock: number;
    readonly timeout: number;
    readonly flags: number;
  };
};

const CURRENT = 1;
const START = 0;
const END = 2;

export const snapshot1: Dialect = {
  module: 'wasi_snapshot_preview1',
  whence: [START, CURRENT, END],
  filestat: { size: 64, linksSize: 8, links: 24, fileSize: 32, accessed: 40, modified: 48, changed: 56 },
  subscription: { size: 48, clock: 16, timeout: 24, flags: 40 },
};

export const unstable: Dialect = {
  module: 'wasi_unstable',
  whence: [CURRENT, END, START],
  filestat: { size: 56, linksSize: 4, links: 20, fileSize: 24, accessed: 32, modified: 40, changed: 48 },
  subscription: { size: 56, clock: 24, timeout: 32, flags: 48 },
};
