import { quote } from '../../resources/written.ts';
import { ProgramError } from '../program-error.ts';

/** How many files a message names. */
const MAX_NAMED = 3;

/** A file that a program needs, and why it is not there without being granted. */
export type Ungranted = { readonly path: string; readonly problem: string };

/** A program needs files of the host that only a grant can bring into its world. */
export class UngrantedError extends ProgramError {
  readonly #start: string;
  readonly #files: readonly Ungranted[];

  /** @param shown The program as it was written. */
  constructor(shown: string, files: readonly Ungranted[]) {
    const named = files.slice(0, MAX_NAMED).map(({ path, problem }) => `${quote(path)}, which ${problem}`);
    const more = files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : '';
    const start = `Cannot run ${quote(shown)}: it needs ${named.join('; and ')}${more}`;
    super('not_a_program', `${start}; grant it in 'files' with the rights [read, execute]`);
    this.#start = start;
    this.#files = files;
  }

  /** The same error in the words of the command line. */
  inOptions(): ProgramError {
    const options = this.#files.map(({ path }) => `--read ${quote(path)}`);
    return new ProgramError('not_a_program', `${this.#start}; grant it with ${options.join(' ')}`);
  }
}
