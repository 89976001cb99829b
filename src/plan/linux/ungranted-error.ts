import { isBeneath } from '../../host/files/beneath.ts';
import type { Spelling } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import { ProgramError } from '../program-error.ts';

/** The most files that a message names. */
const MAX_NAMED = 3;

/** Something that a program needs, and why it is not there without being granted. */
export type Ungranted = {
  readonly path: string;
  readonly directory: boolean;
  readonly problem: string;
  /** Variables by which the program finds it, and which it does not get. */
  readonly variables: readonly string[];
};

/** A program needs files of the host that only a grant can bring into its world. */
export class UngrantedError extends ProgramError {
  /** The paths that have to be granted. */
  readonly paths: readonly string[];

  /**
   * @param shown The program as it was written.
   * @param spelling The words of the remedy.
   */
  constructor(shown: string, all: readonly Ungranted[], spelling: Spelling) {
    // A directory brings its files.
    const needed = all.filter(
      ({ path }) =>
        !all.some((other) => other.directory && other.path !== path && isBeneath(path, other.path)),
    );
    const named = needed.slice(0, MAX_NAMED).map(({ path, problem }) => `${quote(path)}, which ${problem}`);
    const more = needed.length > MAX_NAMED ? ` and ${needed.length - MAX_NAMED} more` : '';
    const how = spelling === 'options' ? inOptions(needed) : inKeys(needed);
    super(
      'not_a_program',
      `Cannot run ${quote(shown)}: it needs ${named.join('; and ')}${more}; grant it ${how}`,
    );
    this.paths = needed.map(({ path }) => path);
  }
}

function inOptions(needed: readonly Ungranted[]): string {
  const grants = needed.map(({ path }) => `--read ${quote(path)}`);
  const variables = variablesOf(needed).map((name) => `--env ${name}`);
  return `with ${[...grants, ...variables].join(' ')}`;
}

function inKeys(needed: readonly Ungranted[]): string {
  const keys = new Set(needed.map(({ directory }) => (directory ? "'directories'" : "'files'")));
  const variables = variablesOf(needed);
  const passed = variables.length === 0 ? '' : `, and pass ${variables.join(' and ')} in 'environment'`;
  return `in ${[...keys].join(' and ')} with the rights [read, execute]${passed}`;
}

function variablesOf(needed: readonly Ungranted[]): readonly string[] {
  return [...new Set(needed.flatMap(({ variables }) => variables))];
}
