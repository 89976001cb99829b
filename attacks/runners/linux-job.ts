import type { Observation } from '../frame/runner.ts';

/** Request to a launcher process, one line of JSON. */
export type Job = {
  readonly id: number;
  /** A static program, or an interpreter. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** For an interpreter, the folder of its script; `undefined` for a program that needs nothing. */
  readonly scripts: string | undefined;
  /** Further keys of `!command`, as between the braces of a flow mapping; `$NAME` stands for a variable. */
  readonly grants: string;
  /** A rule of hosts that is granted when the program runs, and withdrawn when it says so. */
  readonly live: string | undefined;
  /** Arguments of Python for an accomplice outside, who prints a line when ready. */
  readonly beside: readonly string[] | undefined;
  /** `none` runs it without us. */
  readonly walls: 'all' | 'landlock' | 'none';
  /** True if such programs were started before, with the base system, so that this one gets a copy of their root. */
  readonly repeated: boolean;
};

/** Answer of a launcher process: to a job, or with `id` -1 when it was told to end. */
export type Answer =
  | { readonly id: number; readonly observation: Observation }
  | { readonly id: -1; readonly leftovers: readonly string[] };
