import { type Command, readCommand } from '../resources/command.ts';
import type { CommandOptions } from '../resources/constructors.ts';
import type { ReadContext } from '../resources/fields.ts';
import { Mistakes } from '../resources/mistake.ts';
import type { Spelling } from '../resources/spelling.ts';
import { fromArguments } from '../resources/written.ts';
import { type IncludeOptions, includeProfiles } from './include.ts';

/** The words of messages about a command. */
export type CommandWords = {
  /** The name of the function or the command line. */
  readonly subject: string;
  readonly spelling: Spelling;
};

/**
 * The same as `command()` on top of profiles: its own grants count where a profile says otherwise.
 *
 * @param include Names of profiles, or paths of some, which have a slash.
 * @throws ConfigurationError with every mistake, also those of the profiles.
 *
 * @example
 * ```ts
 * launch('/usr/bin/git', commandWithProfiles(['git'], { arguments: ['status'], stdout: fd('stdout') }));
 * ```
 */
export function commandWithProfiles(
  include: string | readonly string[],
  options: CommandOptions = {},
): Command {
  const words: CommandWords = { subject: 'commandWithProfiles()', spelling: 'object' };
  return includeInOptions(typeof include === 'string' ? [include] : include, options, words);
}

/**
 * Makes a command of options and of what they include.
 *
 * @throws ConfigurationError
 */
export function includeInOptions(
  include: readonly string[],
  options: CommandOptions,
  { subject, spelling }: CommandWords,
  more: IncludeOptions = {},
): Command {
  const mistakes = new Mistakes();
  const directory = process.cwd();
  const context: ReadContext = { subject, spelling, directory, mistakes, position: undefined };
  const written = fromArguments({ ...options, include: [...include] });
  const prepared = includeProfiles({ written, context }, more);
  const made = readCommand(prepared.written, context);
  mistakes.throwIfAny();
  if (made === undefined) throw new TypeError(`${subject} cannot be made of these arguments`);
  return made.readFrom(prepared.sources);
}
