import type { OnQuestion } from '../asking/question.ts';
import type { OnConnect } from '../network/question.ts';
import type { ConnectionRefusal } from '../network/refusal.ts';
import type { Limits } from '../plan/plan-types.ts';
import type { Mechanism } from '../walls/confinement.ts';
import type { Walls } from '../worlds/world.ts';
import type { AccessQuestion, AccessRefusal } from './access-refusal.ts';
import type { KeptOverlay } from './kept-overlay.ts';
import type { PolicyChange } from './program-policy.ts';
import type { Refusal } from './refusal.ts';
import type { TerminalOptions } from './terminal.ts';

/** Options for launching. */
export type LaunchOptions = {
  /** Limits on the process; those of a `command()` count too, the smaller one wins. None by default. */
  readonly limits?: Limits;
  /** Path of an adapter for a module that needs more than WASI (see `WasmAdapter`). */
  readonly adapter?: string;
  /**
   * Packages with native addons that a program in TypeScript or JavaScript may load. They are loaded before the walls
   * are up, and so is all their code that runs then.
   */
  readonly addons?: readonly string[];
  /** Packages that such a program does without, as if they were not installed. */
  readonly without?: readonly string[];
  /**
   * Lets such a program start threads: `worker_threads`, `vm` with a timeout, and those of addons. They are behind
   * the same walls. False by default.
   */
  readonly threads?: boolean;
  /** Mechanisms that this host may lack. None by default: the process fails with `missing_mechanism`. */
  readonly accept?: readonly Mechanism[];
  /** Ends the process when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * The walls of a Linux program, or of one in TypeScript or JavaScript: `landlock` does without namespaces even where
   * there are some. `all` by default.
   */
  readonly walls?: Walls;
  /** The terminal of a program that is planned to have one. */
  readonly terminal?: TerminalOptions;
  /** Called for every operation that the program tried and was refused. Without it, none is reported. */
  readonly onRefused?: (refusal: Refusal) => void;
  /**
   * Called for every connection, flow of datagrams and look-up of a name that a Linux program with rules of hosts tried
   * and was refused; at most a hundred within a second.
   */
  readonly onRefusedConnection?: (refusal: ConnectionRefusal) => void;
  /**
   * Called for every access of a Linux program to a file that one of its rules has refused, hidden, or was to note; at most
   * two hundred within a second.
   */
  readonly onRefusedAccess?: (refusal: AccessRefusal) => void;
  /**
   * Decides about an access of a Linux program for which a rule says `ask`, at once or later; without it, they are refused.
   * A yes is for the object that was found. No answer within two minutes, an error, or more than 16 open questions
   * are a no.
   */
  readonly onAccess?: (question: AccessQuestion) => boolean | Promise<boolean>;
  /** Called for every change of the rules of a Linux program while it runs, and for those that were refused. */
  readonly onPolicyChange?: (change: PolicyChange) => void;
  /**
   * Decides about connections of a Linux program that no rule of hosts allows, at once or later; without it, they are
   * refused. An answer is for the rule that the question names, and is kept unless it is `once`. Every name has an address then, but none is
   * looked up before the answer. Connections to ports 80 and 443 and to granted ports wait for it; others are refused,
   * and an answer counts for the next. No answer within two minutes denies, as do more than 16 open questions or 30
   * within a minute.
   */
  readonly onConnect?: OnConnect;
  /**
   * Decides about everything that grants leave to a person, in the same way: connections that no rule of hosts allows, and
   * accesses for which a rule about files says `ask`. `onConnect` and `onAccess` go before it.
   */
  readonly onQuestion?: OnQuestion;
  /**
   * Called at the end of a Linux program for each directory whose changes were kept aside (`overlay`) and whose program
   * has made any.
   */
  readonly onOverlay?: (kept: KeptOverlay) => void;
  /**
   * Ends a program in TypeScript or JavaScript with SIGSYS, or a CloudABI executable as trapped, at the first operation that
   * is refused, once that is reported; false by default.
   */
  readonly trap?: boolean;
};
