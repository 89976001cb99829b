import type { ExitReason } from './exit-reason.ts';
import type { ProgramNetwork } from './program-network.ts';
import type { ProgramPolicy } from './program-policy.ts';
import type { ProgramTerminal } from './terminal.ts';

/**
 * A process that was started. It ends, at a time of the garbage collector's choice, when this object is not held any
 * more and `exited` was not asked for; code that drops it should dispose of it.
 */
export type Process = {
  /** The reason of its end, once it has ended and all that it reported has been passed on. Never rejects. */
  readonly exited: Promise<ExitReason>;
  /** The other end of its terminal, for a Linux program that was given one. */
  readonly terminal?: ProgramTerminal;
  /** Its network, for a Linux program with rules of hosts. */
  readonly network?: ProgramNetwork;
  /** Its rules about files, for a Linux program whose rules may change while it runs (`rulesState`). */
  readonly policy?: ProgramPolicy;
  /** The number of refusals without a question, because there were too many (`onQuestion`, `onConnect`). */
  readonly notAsked: number;
  /** Ends the process at once. */
  kill(): void;
  /**
   * Sends the process a signal. WebAssembly programs cannot catch signals: most end them, as their default action is.
   *
   * @returns False when the process has ended already, or for SIGSTOP to a Linux program, which cannot be passed on.
   */
  signal(signal: NodeJS.Signals): boolean;
  /** Ends the process and waits until it is gone. */
  [Symbol.asyncDispose](): Promise<void>;
};
