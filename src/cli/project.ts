import { heldFilesOf } from '../plan/held.ts';
import type { Plan } from '../plan/plan-types.ts';
import { includeInOptions } from '../profiles/command.ts';
import type { ProfileText } from '../profiles/find.ts';
import { reachOutside } from '../profiles/outside.ts';
import type { ProjectFile } from '../profiles/project-file.ts';
import { confirm, digestOf, isConfirmed } from '../profiles/trust.ts';
import type { Command } from '../resources/command.ts';
import { HeldFiles } from '../resources/held-files.ts';
import { quote } from '../resources/written.ts';
import { askYes } from './ask-yes.ts';
import type { Includer } from './includer.ts';
import { UsageError } from './options.ts';
import { printError } from './output.ts';

/** The grants of a project, from the text that was read once. */
export class Project {
  readonly file: ProjectFile;
  readonly #read: ProfileText[] = [];
  #command: Command | undefined;

  constructor(file: ProjectFile) {
    this.file = file;
  }

  /** Puts these grants below those of options. */
  readonly include: Includer = (names, options, words) => {
    const { file } = this;
    this.#read.length = 0;
    const command = includeInOptions(names, options, words, {
      project: file.directory,
      given: { ...file, mayHave: ['working_directory'] },
      onRead: (profile) => this.#read.push(profile),
    });
    refuseCommands(command);
    this.#command = command;
    return command;
  };

  /** The digest of all that was read. */
  get digest(): string {
    return digestOf(this.#read);
  }

  /**
   * Makes sure that the user has confirmed these grants, and asks at the terminal if not.
   *
   * @param plan Shown before the question.
   * @param trusted The digest that was given with the command; `undefined` for none.
   * @param program The program as it was written, for messages.
   * @throws UsageError without a confirmation.
   */
  async confirm(plan: Plan, trusted: string | undefined, program: string): Promise<void> {
    const { digest, file } = this;
    if (trusted !== undefined) {
      if (trusted === digest) return;
      throw new UsageError(
        `The grants of ${quote(file.path)} have the digest ${digest}, not ${quote(trusted)}; look at them with --explain`,
      );
    }
    if (isConfirmed(file.path, digest)) return;
    const answer = askYes(await this.#question(plan));
    if (answer === undefined)
      throw new UsageError(
        `The grants of ${quote(file.path)} came with the project, and are not confirmed. Look at them with 'cloudabi exec --project --explain -- ${quote(program).slice(1, -1)}'; then run 'cloudabi trust' there at a terminal, or add --trust ${digest}. --no-project leaves them out`,
      );
    if (!answer)
      throw new UsageError(`The grants of ${quote(file.path)} were not confirmed: nothing is started`);
    this.keep();
  }

  /** Keeps the confirmation, or says that it cannot be kept. */
  keep(): void {
    if (confirm(this.file.path, this.digest)) return;
    printError(
      `cloudabi: This host keeps no keys for this user, so that the confirmation counts once; scripts add --trust ${this.digest}`,
    );
  }

  async #question(plan: Plan): Promise<string> {
    const { describePlan } = await import('../plan/explain.ts');
    return [
      `The project file ${quote(this.file.path)} came with the project. It grants this:\n`,
      describePlan(plan),
      ...this.outside(plan),
      `Digest: ${this.digest}`,
      "Type 'yes' to run with these grants now, and until they change:",
    ].join('\n');
  }

  /** Lines about all that these grants reach outside of the project. */
  outside(plan: Plan): readonly string[] {
    if (this.#command === undefined) return [];
    const files = heldFilesOf(plan) ?? new HeldFiles();
    const found = reachOutside(this.#command, this.file.directory, files);
    if (found.length === 0) return ['Outside of the project, it reaches nothing but its base.', ''];
    return ['!! OUTSIDE OF THE PROJECT, it reaches:', ...found.map((line) => `!!   ${line}`), ''];
  }
}

/** A command that gives a secret runs outside, with the rights of the user: a file that came with a project has none. */
function refuseCommands({ parts: { linux } }: Command): void {
  if (linux.network?.mode !== 'hosts') return;
  for (const { position, requests } of linux.network.hosts)
    if (position !== undefined && requests?.credential?.from.kind === 'command')
      throw new UsageError(
        `${position.file}:${position.line}:${position.column}: The grants of a project cannot name a command for a secret, which would run outside; use 'environment' or 'file'`,
      );
}
