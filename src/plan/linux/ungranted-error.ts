import { isWithin } from '../../resources/file-kind.ts';
import { quote } from '../../resources/written.ts';
import { ProgramError } from '../program-error.ts';

/** How many files a message names. */
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
  readonly #start: string;
  readonly #needed: readonly Ungranted[];

  /** @param shown The program as it was written. */
  constructor(shown: string, all: readonly Ungranted[]) {
    // A directory brings what is in it.
    const needed = all.filter(
      ({ path }) =>
        !all.some((other) => other.directory && other.path !== path && isWithin(path, other.path)),
    );
    const named = needed.slice(0, MAX_NAMED).map(({ path, problem }) => `${quote(path)}, which ${problem}`);
    const more = needed.length > MAX_NAMED ? ` and ${needed.length - MAX_NAMED} more` : '';
    const start = `Cannot run ${quote(shown)}: it needs ${named.join('; and ')}${more}; grant it`;
    const keys = new Set(needed.map(({ directory }) => (directory ? "'directories'" : "'files'")));
    const variables = variablesOf(needed);
    const passed = variables.length === 0 ? '' : `, and pass ${variables.join(' and ')} in 'environment'`;
    super('not_a_program', `${start} in ${[...keys].join(' and ')} with the rights [read, execute]${passed}`);
    this.#start = start;
    this.#needed = needed;
  }

  /** The same error in the words of the command line. */
  inOptions(): ProgramError {
    const grants = this.#needed.map(({ path }) => `--read ${quote(path)}`);
    const variables = variablesOf(this.#needed).map((name) => `--env ${name}`);
    return new ProgramError('not_a_program', `${this.#start} with ${[...grants, ...variables].join(' ')}`);
  }
}

function variablesOf(needed: readonly Ungranted[]): readonly string[] {
  return [...new Set(needed.flatMap(({ variables }) => variables))];
}
