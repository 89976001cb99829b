import { takeFiles } from '../plan/held.ts';
import { UngrantedError } from '../plan/linux/ungranted-error.ts';
import { WorldReach } from '../plan/linux/world-reach.ts';
import type { LinuxPlan } from '../plan/plan-types.ts';
import type { Command } from '../resources/command.ts';
import { ParsedOptions } from './options.ts';
import { type PlannedOptions, planOptions, type ReadBelow } from './plan-exec.ts';

/** Options with their values, as they are added to a command line. */
export type AddedOptions = readonly (readonly [option: string, value?: string])[];

/** The options of a user, and the reader of profiles that they name. */
export type Asked = { readonly given: ParsedOptions; readonly below: ReadBelow };

/** A planned command line. */
export type LearnedPlan = {
  readonly plan: LinuxPlan;
  /** The grants as they were read. */
  readonly command: Command;
  readonly reach: WorldReach;
  /** Paths that the program itself needs, and that were granted besides. */
  readonly added: readonly string[];
};

/** Plans a command line of `cloudabi exec` with more options than the user gave; nothing is started. */
export function planWith(asked: Asked, words: AddedOptions, added: readonly string[] = []): LearnedPlan {
  const { given, below } = asked;
  const values = new Map<string, readonly string[]>([...given.entries()].filter(([name]) => name !== '-o'));
  for (const [option, value] of [...words, ...added.map((path) => ['--read', path] as const)]) {
    const others = values.get(option) ?? [];
    values.set(option, value === undefined ? others : [...others, value]);
  }
  let planned: PlannedOptions;
  try {
    planned = planOptions('exec', new ParsedOptions(values, given.rest), below);
  } catch (error) {
    if (!(error instanceof UngrantedError) || added.length > 0) throw error;
    return planWith(asked, words, error.paths);
  }
  const { plan, command } = planned;
  takeFiles(plan).close();
  if (plan.kind !== 'linux') throw new Error('The program has become one of another kind');
  return { plan, command, reach: new WorldReach(plan.linux.entries), added };
}
