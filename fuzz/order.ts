import type { Progress } from './engine.ts';

/** The task of a searching thread. */
export type Order = {
  /** The target's. */
  readonly name: string;
  /** Seed of the random numbers. */
  readonly seed: number;
  readonly seconds: number;
  /** Inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Memory for the input that it is about to try: two 32-bit numbers (below), and the input. */
  readonly current: SharedArrayBuffer;
};

/** Index of the number of inputs tried so far: while it stands still, one input is being tried. */
export const STARTED = 0;
/** Index of the length of the input being tried, in bytes. */
export const CURRENT_LENGTH = 1;

/** Messages of a searching thread. */
export type Told =
  | ({ readonly is: 'progress' } & Progress)
  | { readonly is: 'finding'; readonly input: Uint8Array; readonly error: string };
