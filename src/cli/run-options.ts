import type { WaitingNode } from '../run/node/waiting.ts';
import type { Mechanism } from '../walls/confinement.ts';
import type { Walls } from '../worlds/world.ts';
import type { AskOptions } from './ask.ts';

/** The form in which refusals are printed; `undefined` for not at all. */
export type TraceFormat = 'lines' | 'json' | undefined;

/** Options for running a plan. */
export type RunOptions = {
  readonly accept: readonly Mechanism[];
  readonly trace: TraceFormat;
  /** True if the first refusal ends the program. */
  readonly trap: boolean;
  readonly walls: Walls | undefined;
  /** The ways of asking the user about connections that no grant allows; `undefined` for none. */
  readonly ask?: AskOptions | undefined;
  /** From `startEarly`. */
  readonly waiting?: WaitingNode | undefined;
};
