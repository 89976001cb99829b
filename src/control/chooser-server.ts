import { fieldOf } from './json-lines.ts';
import { LineServer, type LineSession } from './line-server.ts';

/** A question of a powerbox: a directory with its entries, and the object that a program asks for. */
export type ChooserQuestion = {
  readonly kind: 'file' | 'directory';
  readonly access: 'read' | 'write';
  /** The program's own words, which may be untrue, and hold any characters. */
  readonly reason: string;
  /** The way from the granted directory; empty for that itself. */
  readonly path: string;
  readonly entries: readonly { readonly name: string; readonly directory: boolean }[];
};

/** An answer: an entry by name, the shown directory, the one above, or nothing at all. */
export type ChooserAnswer = { readonly entry: string } | 'this' | 'up' | 'refuse';

/**
 * Answers a question. An entry that is a directory is shown in a question of its own.
 *
 * @param signal Aborted when the program has withdrawn the question.
 */
export type Choose = (
  question: ChooserQuestion,
  signal: AbortSignal,
) => ChooserAnswer | Promise<ChooserAnswer>;

/**
 * Answers the powerboxes that were granted with `chooser: PATH`.
 *
 * @param path A UNIX socket, which is made with mode 0600 in a folder that no other user can write to.
 * @param choose A question that it fails to answer counts as refused.
 * @returns Ends it.
 * @throws Error when the path is taken, or the folder is not the user's alone.
 *
 * @example
 * const chooser = serveChooser('/run/user/1000/choose', ({ entries }) => ({ entry: entries[0].name }));
 */
export function serveChooser(path: string, choose: Choose): { readonly close: () => void } {
  const server = new LineServer(path, ({ send }): LineSession => {
    let current = new AbortController();
    const answer = async (value: unknown): Promise<void> => {
      current.abort();
      current = new AbortController();
      const { signal } = current;
      const question = readQuestion(value);
      if (question === undefined) return;
      let choice: ChooserAnswer;
      try {
        choice = await choose(question, signal);
      } catch {
        choice = 'refuse';
      }
      if (!signal.aborted) send(choice);
    };
    return { onValue: (value) => void answer(value), onEnd: () => current.abort() };
  });
  return { close: () => server.close() };
}

/** Reads a question; `undefined` for the word that the last one was withdrawn, and for everything else. */
function readQuestion(value: unknown): ChooserQuestion | undefined {
  const wanted = fieldOf(value, 'wanted');
  const kind = fieldOf(wanted, 'kind');
  const access = fieldOf(wanted, 'access');
  const reason = fieldOf(wanted, 'reason');
  const path = fieldOf(value, 'path');
  const entries = fieldOf(value, 'entries');
  if (kind !== 'file' && kind !== 'directory') return undefined;
  if (access !== 'read' && access !== 'write') return undefined;
  if (typeof reason !== 'string' || typeof path !== 'string' || !Array.isArray(entries)) return undefined;
  const shown = entries.flatMap((entry: unknown) => {
    const name = fieldOf(entry, 'name');
    return typeof name === 'string' ? { name, directory: fieldOf(entry, 'directory') === true } : [];
  });
  return { kind, access, reason, path, entries: shown };
}
