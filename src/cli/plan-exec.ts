import { type Plan, planToLaunch } from '../plan/plan.ts';
import { programKind } from '../plan/program.ts';
import { type Command, readCommand } from '../resources/command.ts';
import type { CommandOptions } from '../resources/constructors.ts';
import { HeldFiles } from '../resources/held-files.ts';
import { make } from '../resources/make.ts';
import { mechanismsNamed } from './accept.ts';
import { commandOptions } from './exec-grants.ts';
import { type ParsedOptions, requireUtf8, UsageError } from './options.ts';
import { checkWorkingDirectory } from './raw-arguments.ts';
import { adapterOf, addonsOf, planWalls } from './run-plan.ts';

/**
 * Makes the plan of a command line of `cloudabi exec`, to be carried out at once. Nothing is started.
 *
 * @param name The name of the command in messages.
 * @throws UsageError; what `plan` throws.
 */
export function planExec(name: string, given: ParsedOptions): Plan {
  const [program, ...rest] = given.rest;
  if (program === undefined)
    throw new UsageError(`No program is named: ${name} [options] -- PROGRAM [ARGUMENTS...]`);
  requireUtf8('The name of the program', program);
  checkWorkingDirectory();
  const files = new HeldFiles();
  const command = commandOf(commandOptions(given, programKind(program), rest, files));
  const options = {
    ...adapterOf(given),
    ...addonsOf(given),
    ...planWalls(given, mechanismsNamed(given)),
  };
  return planToLaunch(program, command, options, files);
}

/** The same as `command()`, with mistakes in the words of the command line. */
function commandOf(options: CommandOptions): Command {
  return make('exec', readCommand, options, 'options');
}
