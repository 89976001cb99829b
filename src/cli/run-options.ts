import type { OnConnect } from '../network/question.ts';
import type { WaitingNode } from '../run/node/waiting.ts';
import type { Observer } from '../run/observing/observer.ts';
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
  /** The ways of asking the user about what grants leave to a person; `undefined` for none. */
  readonly ask?: AskOptions | undefined;
  /** Observes the calls of a Linux program. */
  readonly observer?: Observer;
  /** Decides about connections that no rule allows. */
  readonly onConnect?: OnConnect;
  /** The path of the document with the grants; `undefined` for options and pipes. */
  readonly document?: string | undefined;
  /** The file or descriptor for audit records; `undefined` for none. */
  readonly audit?: string | undefined;
  /** From `startEarly`. */
  readonly waiting?: WaitingNode | undefined;
};
