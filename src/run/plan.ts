import type { Descriptor } from '../kernel/descriptors.ts';
import type { Limits, Plan } from './plan-types.ts';

export type {
  Enforcement,
  Grant,
  Limits,
  Plan,
  PlannedCommand,
  PlannedProgram,
  ProgramKind,
  Warning,
} from './plan-types.ts';

/** How to plan. */
export type PlanOptions = {
  /** Limits on the process; those of a `!command` count too, the smaller one wins. */
  readonly limits?: Limits;
};

/** The open resources of a plan. Whoever has them closes them or hands them to a process. */
export type OpenedPlan = {
  /** By descriptor number of the program. */
  readonly descriptors: readonly Descriptor[];
  /** The encoded tree; its descriptors are indexes into `descriptors`. */
  readonly argdata: Uint8Array;
  /** Closes every descriptor. */
  close(): void;
};

/**
 * Checks everything and says what will be opened. Nothing is opened or started.
 *
 * @param argdata A tree of values with resources as leaves, a `command()`, or a document read by `readGrants`.
 * @throws ConfigurationError with every mistake; ProgramError when the program cannot be run.
 */
export declare function plan(program: string, argdata: unknown, options?: PlanOptions): Plan;

/**
 * Opens everything in a plan, in the order of its grants.
 *
 * @throws ResourceError when something cannot be opened; everything opened before is closed then.
 */
export declare function openPlan(plan: Plan): OpenedPlan;
