/**
 * Something that reads bytes of an attacker. `run` returns when the bytes were handled as promised, whether they were
 * accepted or refused, and throws when a promise broke: an error of an unexpected kind, a round trip that changed the
 * value, something visible that must not be.
 */
export type Target = {
  /** As named on the command line, and of its folder in fuzz/seeds. */
  readonly name: string;
  /** The promise in one line, for people. */
  readonly promise: string;
  /** Words of its language, which mutations insert. */
  readonly words: readonly string[];
  /** Longer inputs are not tried; in bytes. */
  readonly maximumLength: number;
  run(bytes: Uint8Array): void;
};

/** Runs `read` and passes on only errors that bytes may not cause. */
export function refusedAs<T>(
  refusals: readonly (abstract new (...parts: never[]) => Error)[],
  read: () => T,
): T | undefined {
  try {
    return read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}

/** The text that bytes are, with replacement characters where they are none. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
