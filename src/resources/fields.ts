import { didYouMean } from '../text/suggest.ts';
import type { Mistakes } from './mistake.ts';
import type { Position } from './position.ts';
import { callKey, type Spelling, spell } from './spelling.ts';
import { nameWritten, quote, textIn, type Written } from './written.ts';

/** Reading the contents of a tag or the arguments of a constructor. */
export type ReadContext = {
  /** The name in messages of the value that is read: `!socket` or `socket()`. */
  readonly subject: string;
  readonly spelling: Spelling;
  /** Relative paths start here; an absolute path. */
  readonly directory: string;
  readonly mistakes: Mistakes;
  /** The place of the tag. */
  readonly position: Position | undefined;
};

/** The name in messages of the limits of a command. */
export const LIMITS = "'limits'";

/** Texts longer than this are refused wherever a resource takes one. */
const MAX_TEXT = 4096;

/** The named arguments of a resource, each read once with its type checked and its mistakes reported. */
export class Fields {
  readonly #context: ReadContext;
  readonly #values = new Map<string, Written>();

  /**
   * Takes the map apart and reports keys that are unknown.
   *
   * @param keys The names of all keys, as a document spells them.
   * @returns `undefined`, and a mistake, when it is no map.
   */
  static read(written: Written, keys: readonly string[], context: ReadContext): Fields | undefined {
    const { subject, spelling, mistakes, position } = context;
    if (written.kind !== 'map') {
      // A missing key has no place of its own.
      const empty = written.kind === 'scalar' && written.value === null;
      const wanted = keys.length === 1 ? `a map with '${keys[0]}'` : 'a map';
      if (written.kind !== 'broken')
        mistakes.add(
          `${subject} expects ${wanted}, not ${nameWritten(written)}`,
          empty ? position : (written.position ?? position),
        );
      return undefined;
    }
    // The command line gives an object, too.
    const known = keys.map((key) => spell(key, spelling === 'options' ? 'object' : spelling));
    const fields = new Fields(context);
    for (const { key, value } of written.entries) {
      const name = textIn(key);
      // A part that comes from a profile is spelled as in a document, also in an object.
      const spelled = key.position === undefined ? known : keys;
      const index = name === undefined ? -1 : spelled.indexOf(name);
      const found = keys[index];
      if (found !== undefined) fields.#values.set(found, value);
      else
        mistakes.add(
          () =>
            `Unknown key ${nameWritten(key)} in ${subject}, expected ${oneOf(known)}${didYouMean(name ?? '', known)}`,
          key.position,
        );
    }
    return fields;
  }

  constructor(context: ReadContext) {
    this.#context = context;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** The value of a key as it was written. */
  get(key: string): Written | undefined {
    return this.#values.get(key);
  }

  /** Gives the place of a key's value; that of the resource when the key is missing. */
  at(key: string): Position | undefined {
    return this.#values.get(key)?.position ?? this.#context.position;
  }

  /** Reports something wrong with the value of a key. */
  wrong(key: string, message: string): undefined {
    this.#context.mistakes.add(message, this.at(key));
    return undefined;
  }

  /** Reports that a key is missing. */
  missing(key: string, what: string): undefined {
    const { subject, mistakes, position } = this.#context;
    mistakes.add(`${subject} needs '${this.spell(key)}', ${what}`, position);
    return undefined;
  }

  /** Reports that the value of a key has the wrong type. */
  expected(key: string, wanted: string, written: Written, hint = ''): undefined {
    if (written.kind === 'broken') return undefined;
    return this.wrong(key, `${this.#call(key)} expects ${wanted}, not ${nameWritten(written)}${hint}`);
  }

  /** A key as messages begin with it, and its owner. */
  #call(key: string): string {
    const { spelling, subject } = this.#context;
    if (spelling !== 'options') return `Key '${this.spell(key)}' of ${subject}`;
    return subject === LIMITS ? `Limit '${key}'` : callKey(key, spelling);
  }

  /** Spells a key as the user does. */
  spell(key: string): string {
    return spell(key, this.#context.spelling);
  }

  /** A key as messages begin with it. */
  call(key: string): string {
    return callKey(key, this.#context.spelling);
  }

  /** A text without NUL characters. */
  text(key: string): string | undefined {
    const written = this.get(key);
    if (written === undefined) return undefined;
    if (written.kind !== 'scalar' || typeof written.value !== 'string')
      return this.expected(key, 'a string', written);
    return this.checkText(key, written.value);
  }

  /** Refuses texts that are empty, too long or hold a NUL character. */
  checkText(key: string, text: string): string | undefined {
    const name = this.#call(key);
    if (text === '') return this.wrong(key, `${name} is an empty string`);
    if (text.length > MAX_TEXT)
      return this.wrong(key, `${name} has ${text.length} characters, more than the ${MAX_TEXT} allowed`);
    if (text.includes('\0')) return this.wrong(key, `${name} holds a NUL character`);
    return text;
  }

  /** An int within bounds. */
  integer(key: string, minimum: number, maximum: number): number | undefined {
    const written = this.get(key);
    if (written === undefined) return undefined;
    const range = `an int from ${minimum} to ${maximum}`;
    const value = written.kind === 'scalar' ? written.value : undefined;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum || value > maximum)
      return this.expected(key, range, written);
    return value;
  }

  /** A bool, or `fallback` where there is none. */
  bool(key: string, fallback: boolean): boolean {
    const written = this.get(key);
    if (written === undefined) return fallback;
    if (written.kind === 'scalar' && typeof written.value === 'boolean') return written.value;
    this.expected(key, 'true or false', written);
    return fallback;
  }

  /** One of a few names. */
  choice<Name extends string>(key: string, names: readonly Name[]): Name | undefined {
    const written = this.get(key);
    if (written === undefined) return undefined;
    const value = written.kind === 'scalar' ? written.value : undefined;
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    return this.expected(
      key,
      oneOf(names),
      written,
      typeof value === 'string' ? didYouMean(value, names) : '',
    );
  }
}

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function oneOf(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
