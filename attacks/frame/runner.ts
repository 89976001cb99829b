import type { Attempt, Kind } from './corpus.ts';

/** Observations of one attempt in one world. */
export type Observation =
  | {
      readonly kind: 'seen';
      /** The program's word behind `attempt: `: `ok`, an error, or a word. Without a line, its end in a word. */
      readonly attempt: string;
      /** The program's word behind `twin: `. */
      readonly twin: string;
      /** Forbidden effects that the onlooker found: changed canaries, leaked secrets, leftovers. */
      readonly evidence: readonly string[];
      /** Output of the program, for messages. */
      readonly output: string;
    }
  /** It cannot be tried on this host. */
  | { readonly kind: 'skipped'; readonly reason: string };

/** Makes the attempts of one kind of program. */
export type Runner = {
  readonly kind: Kind;
  /** The worlds that attempts of this kind are tried in, by name; first words tell them apart roughly. */
  readonly worlds: readonly World[];
  /** Tries an attempt in one of the worlds. */
  run(attempt: Attempt, world: string): Promise<Observation>;
  /** Runs the same file without walls; the name says as whom. Only called when the header says that it works. */
  runUnconfined(attempt: Attempt, world: string): Promise<Observation>;
  /**
   * Ends processes that the runner keeps running.
   *
   * @returns Leftovers that must not be.
   */
  close(): Promise<readonly string[]>;
};

/** A world of a kind of program. */
export type World = {
  /** Such as `landlock-user`. */
  readonly name: string;
  /** `true` where the same file is run without walls, too: once for each user is enough. */
  readonly proves: boolean;
  /** `true` if the program runs as root. */
  readonly root: boolean;
};

/** The worlds an attempt is tried in: those whose name, or its beginning or end, its header has. */
export function worldsOf({ worlds: wanted }: Attempt, runner: Runner): readonly World[] {
  if (wanted === undefined) return runner.worlds;
  return runner.worlds.filter(({ name }) =>
    wanted.some((word) => name === word || name.startsWith(`${word}-`) || name.endsWith(`-${word}`)),
  );
}

/** Reads the two lines of the protocol out of what a program printed. */
export function readAnswers(output: string): { readonly attempt?: string; readonly twin?: string } {
  const find = (key: string): string | undefined => new RegExp(`^${key}: (\\S+)\\r?$`, 'm').exec(output)?.[1];
  const attempt = find('attempt');
  const twin = find('twin');
  return { ...(attempt !== undefined && { attempt }), ...(twin !== undefined && { twin }) };
}
