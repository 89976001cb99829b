import type { ExitReason } from './exit-reason.ts';
import type { ProgramTerminal } from './terminal.ts';

/**
 * A process that was started. It ends, at a time of the garbage collector's choice, when nobody holds this object and
 * nobody has asked for `exited`; whoever drops it should dispose of it.
 */
export type Process = {
  /** Why the process has ended, once it has and all that it reported has been passed on. Never rejects. */
  readonly exited: Promise<ExitReason>;
  /** The other end of its terminal, for a Linux program that was given one. */
  readonly terminal?: ProgramTerminal;
  /** Ends the process, whatever it is doing. */
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
