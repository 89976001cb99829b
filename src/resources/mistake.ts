import type { Position } from './position.ts';

/** A mistake in the grants of the user. */
export type Mistake = {
  /** One sentence. */
  readonly message: string;
  /** The place in the document; `undefined` when the tree was made by constructors. */
  readonly position: Position | undefined;
  /** The place in the tree, such as `listen[0]`; empty when that is not known or is the root. */
  readonly place: string;
};

/** More mistakes than this are counted, not kept. */
const MAX_KEPT = 20;

/** The mistakes found so far. Reporting goes on after the first, so that a document is repaired in one go. */
export class Mistakes {
  readonly #kept: Mistake[] = [];
  #count = 0;

  /** @param message Or a function that makes it, for where a hostile document may cause very many. */
  add(message: string | (() => string), position: Position | undefined, place = ''): void {
    this.#count++;
    if (this.#kept.length === MAX_KEPT) return;
    this.#kept.push({ message: typeof message === 'string' ? message : message(), position, place });
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the mistakes of another collection. */
  addAll(others: Mistakes): void {
    for (const mistake of others.#kept) if (this.#kept.length < MAX_KEPT) this.#kept.push(mistake);
    this.#count += others.#count;
  }

  /** @throws ConfigurationError when there are any, in the order of the document. */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const ordered = this.#kept.toSorted(
      (a, b) =>
        (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
        (a.position?.column ?? 0) - (b.position?.column ?? 0),
    );
    throw new ConfigurationError(ordered, this.#count);
  }
}

/** An error for a request that cannot be met as written. Nothing has been opened. The CLI ends with status 65. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'bad_configuration';
  /** In the order of the document; of very many, the first. */
  readonly mistakes: readonly Mistake[];
  /** The number of all mistakes. */
  readonly count: number;

  constructor(mistakes: readonly Mistake[], count: number = mistakes.length) {
    const lines = mistakes.map(formatMistake);
    if (count > mistakes.length) lines.push(`… and ${count - mistakes.length} more`);
    super(lines.join('\n'));
    this.mistakes = mistakes;
    this.count = count;
  }
}

/** A resource that was checked could not be opened after all. Nothing stays open. The CLI ends with status 66. */
export class ResourceError extends Error {
  override readonly name = 'ResourceError';
  readonly code = 'cannot_open';
  /** The thing that could not be opened, and the reason. */
  readonly reason: string;
  readonly position: Position | undefined;

  constructor(reason: string, position: Position | undefined, place = '') {
    super(formatMistake({ message: reason, position, place }));
    this.reason = reason;
    this.position = position;
  }
}

/** `file:line:column: message` with the line and a caret below, or `place: message` where there is no document. */
export function formatMistake({ message, position, place }: Mistake): string {
  if (position === undefined) return place === '' ? message : `${place}: ${message}`;
  const { file, line, column, excerpt } = position;
  const head = `${file}:${line}:${column}: ${message}`;
  return excerpt === undefined ? head : `${head}\n${excerpt}`;
}
