import { type Plan, planToLaunch } from '../plan/plan.ts';
import { programKind } from '../plan/program.ts';
import { type Command, readCommand } from '../resources/command.ts';
import type { CommandOptions } from '../resources/constructors.ts';
import { HeldFiles } from '../resources/held-files.ts';
import { make } from '../resources/make.ts';
import { mechanismsNamed } from './accept.ts';
import type { BelowOptions } from './below-options.ts';
import { commandOptions } from './exec-grants.ts';
import type { Includer } from './includer.ts';
import { type ParsedOptions, requireUtf8, UsageError } from './options.ts';
import { checkWorkingDirectory } from './raw-arguments.ts';
import { adapterOf, addonsOf, planWalls } from './run-plan.ts';

/**
 * Makes the plan of a command line of `cloudabi exec`, to be carried out at once. Nothing is started.
 *
 * @param name The name of the command in messages.
 * @param below Includes profiles and services that are read already.
 * @throws UsageError; what `plan` throws.
 */
export function planExec(name: string, given: ParsedOptions, below: ReadBelow): Plan {
  return planOptions(name, given, below).plan;
}

/** Parts of the options whose readers are loaded only where they are needed. */
export type ReadBelow = Pick<BelowOptions, 'include' | 'services'>;

/** A command line of `cloudabi exec`: its plan, and the grants of its options. */
export type PlannedOptions = { readonly plan: Plan; readonly command: Command };

/** The same with the grants as they were read. */
export function planOptions(
  name: string,
  given: ParsedOptions,
  { include, services }: ReadBelow,
): PlannedOptions {
  const [program, ...rest] = given.rest;
  if (program === undefined)
    throw new UsageError(`No program is named: ${name} [options] -- PROGRAM [ARGUMENTS...]`);
  requireUtf8('The name of the program', program);
  checkWorkingDirectory();
  const files = new HeldFiles();
  const grants = commandOptions(given, programKind(program), rest, files, services);
  const command = commandOf(grants, given, include);
  const options = {
    ...adapterOf(given),
    ...addonsOf(given),
    ...planWalls(given, mechanismsNamed(given)),
  };
  return { plan: planToLaunch(program, command, options, files), command };
}

/** The same as `command()`, with mistakes in the words of the command line. */
function commandOf(options: CommandOptions, given: ParsedOptions, include: Includer | undefined): Command {
  if (include === undefined) return make('exec', readCommand, options, 'options');
  return include(profilesNamed(given), options, { subject: 'exec', spelling: 'options' });
}

/** The profiles of all options. */
function profilesNamed(given: ParsedOptions): readonly string[] {
  const names = given.all('--profile').flatMap((text) => text.split(','));
  if (names.includes(''))
    throw new UsageError('--profile takes names or paths of profiles with commas between them');
  return names;
}
