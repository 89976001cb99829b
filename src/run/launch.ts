import { plan as makePlan } from '../plan/plan.ts';
import type { Limits, Plan } from '../plan/plan-types.ts';
import type { ExitReason } from '../process/exit-reason.ts';
import { resourceOf } from '../process/process-resource.ts';
import type { Refusal } from '../process/refusal.ts';
import type { ProgramTerminal, TerminalOptions } from '../process/terminal.ts';
import type { Resource } from '../resources/resource.ts';
import type { Mechanism } from '../walls/confinement.ts';
import type { Walls } from '../worlds/world.ts';
import { launchLinux } from './linux/launch.ts';
import { launchNode } from './node/launch.ts';
import type { WaitingNode } from './node/waiting.ts';
import { launchWasm } from './wasm/launch.ts';

/** How to launch. */
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
  /** Mechanisms that this host may lack. None by default: the process fails with `missing_mechanism`. */
  readonly accept?: readonly Mechanism[];
  /** Ends the process when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * What holds a Linux program, or one in TypeScript or JavaScript: `landlock` does without namespaces even where there
   * are some. `all` by default.
   */
  readonly walls?: Walls;
  /** What the terminal is like of a program that is planned to have one. */
  readonly terminal?: TerminalOptions;
  /** Called for every operation that the program tried and was refused. Without it, none is reported. */
  readonly onRefused?: (refusal: Refusal) => void;
  /**
   * Ends a program in TypeScript or JavaScript with SIGSYS at the first operation that is refused, once that is
   * reported; false by default.
   */
  readonly trap?: boolean;
};

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

/**
 * Starts a program with exactly what its argdata names. Any number may run at once.
 *
 * The process lives no longer than the thread that launched it: when that ends, so does the process.
 *
 * @param program Path of the program.
 * @param argdata A tree of values with resources as leaves, or a `command()`.
 * @throws ConfigurationError, ProgramError: nothing was opened.
 * @throws ResourceError: something could not be opened; nothing stays open.
 * @throws The reason of `options.signal` when it is aborted already.
 *
 * @example
 * ```ts
 * await using process = launch('hello.wasm', new Map([['output', fd('stdout')]]));
 * console.log(await process.exited); // { kind: 'exited', code: 0, … }
 * ```
 */
export function launch(program: string, argdata: unknown, options: LaunchOptions = {}): Process {
  return launchPlan(makePlan(program, argdata, options), options);
}

/**
 * Starts what a plan says. `options.limits` have no effect here: the plan has its own.
 *
 * @param waiting A process that waits to be a program in TypeScript or JavaScript; without it, one is started.
 * @throws ResourceError: something could not be opened; nothing stays open.
 * @throws The reason of `options.signal` when it is aborted already.
 */
export function launchPlan(plan: Plan, options: LaunchOptions = {}, waiting?: WaitingNode): Process {
  options.signal?.throwIfAborted();
  if (plan.linux !== undefined) return launchLinux(plan, plan.linux, options);
  return plan.program.kind === 'node' ? launchNode(plan, options, waiting) : launchWasm(plan, options);
}

/**
 * A process to be handed to another program, which can wait for its end (`poll` of CloudABI, event `proc_terminate`;
 * `ProcessDescriptor` in TypeScript) and can do nothing else to it. It must not have ended when the other program is launched.
 *
 * @throws TypeError for what `launch` has not returned.
 */
export function processDescriptor(process: Process): Resource {
  return resourceOf(process);
}
