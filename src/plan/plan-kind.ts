import type { Argdata } from '../argdata/value.ts';
import type { Command } from '../resources/command.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import type { Limits } from '../resources/limits.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import type { Walls } from '../worlds/world.ts';
import type { Plan, ProgramKind } from './plan-types.ts';
import type { SteeringCheck } from './steering/overlaps.ts';

/** A request for a plan: the program that was read, and the grants of its user. */
export type PlanRequest<K extends ProgramKind> = {
  readonly program: Plan<K>['program'];
  /** The program as it was written. */
  readonly shown: string;
  readonly content: Argdata<Resource> | Command;
  readonly limits: Limits;
  /** Path of an adapter, as it was written. */
  readonly adapter: string | undefined;
  /** The walls that will hold the program. */
  readonly walls: Walls;
  /** Looks up the files that are granted. */
  readonly files: HeldFiles;
  /** Finds the files that the program must not change because they steer later launches. */
  readonly check: SteeringCheck;
  /** Collects mistakes. */
  readonly mistakes: Mistakes;
};

/** The part of a kind of program that makes and describes plans. */
export type PlanKind<K extends ProgramKind> = {
  /** The kind, for people. */
  readonly title: string;
  /** @throws ConfigurationError with every mistake; ProgramError or AdapterError when it cannot be run. */
  plan(request: PlanRequest<K>): Plan<K>;
  /** Describes the parts of this kind alone, in lines for people; they come before the descriptors. */
  describe(plan: Plan<K>): readonly string[];
};
