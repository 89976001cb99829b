import { expand } from './expand.ts';
import { parseNames } from './parse-names.ts';
import type { ParsedText } from './parsed.ts';
import { SLASH, type Token } from './token.ts';

/**
 * A pattern of paths that was read without a fault. Only `parsePattern`, `pattern`, `literalPattern` and `beneath` make one, so
 * that the text of a path is never taken for a pattern.
 *
 * `*` stands for bytes within a name, `?` for one byte of a name, `[a-z]` and `[!a-z]` for one byte of a set, `{a,b}` for
 * either text, and `**` in place of a name for any number of names. `/**` at the end is a directory and all beneath it. A
 * backslash takes its meaning from the next character; `\xHH` is the byte HH. Names that begin with a dot are no
 * exception.
 */
export type Pattern = string & { readonly __brand: 'Pattern' };

/** The longest pattern, in UTF-16 units. */
export const MAX_PATTERN = 8192;

/**
 * Reads a pattern that begins with `/`, or one that is relative to a directory.
 *
 * @param text `[!…]` holds ASCII; a surrogate between U+DC80 and U+DCFF stands for a byte of 0x80 to 0xff.
 */
export function parsePattern(text: string): ParsedText<Pattern> {
  const read = readPattern(text);
  return read.problem ? read : { value: text as Pattern };
}

/**
 * Reads a pattern.
 *
 * @throws RangeError for a text that is none.
 */
export function pattern(text: string): Pattern {
  const { value, problem } = parsePattern(text);
  if (problem) throw new RangeError(problem.message);
  return value;
}

/**
 * Makes the pattern that one path matches and no other.
 *
 * @throws RangeError for a path that is empty, or has empty names, `.` or `..` in it.
 */
export function literalPattern(path: string): Pattern {
  return pattern(escapePath(path));
}

/** Writes a path so that a pattern means it literally. */
export function escapePath(path: string): string {
  return path.replace(/[\\*?[\]{},\s#]/g, (character) =>
    /\s/.test(character) && character !== ' '
      ? [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
      : `\\${character}`,
  );
}

/** Places a pattern beneath a directory, whose path is meant literally; one that begins with `/` stays as it is. */
export function beneath(directory: string, relative: Pattern): Pattern {
  if (relative.startsWith('/')) return relative;
  const base = directory === '/' ? '' : escapePath(directory);
  return pattern(`${base}/${relative}`);
}

/** The texts of a pattern and all that lies beneath their matches, each as tokens. */
export function tokensBeneath(one: Pattern): readonly (readonly Token[])[] {
  return tokensOf(one).map((tokens) => {
    if (tokens.at(-1)?.kind === 'rest') return tokens;
    // The root ends with a slash, and no other pattern does.
    const last = tokens.at(-1);
    const isRoot = tokens.length === 1 && last?.kind === 'byte' && last.byte === SLASH;
    return [...(isRoot ? [] : tokens), { kind: 'rest' }];
  });
}

/** The texts that a pattern stands for when its braces are written out, each as tokens. */
export function tokensOf(one: Pattern): readonly (readonly Token[])[] {
  const { value, problem } = readPattern(one);
  if (problem) throw new RangeError(problem.message);
  return value;
}

function readPattern(text: string): ParsedText<readonly (readonly Token[])[]> {
  const wrong = (message: string): ParsedText<never> => ({
    problem: { message, start: 0, end: text.length },
  });
  if (text === '') return wrong('A pattern cannot be empty');
  if (text.length > MAX_PATTERN)
    return wrong(`A pattern has at most ${MAX_PATTERN} characters, not ${text.length}`);
  const expanded = expand(text);
  if (expanded.problem) return expanded;
  const all: (readonly Token[])[] = [];
  const absolute = text.startsWith('/');
  for (const units of expanded.value) {
    if ((units[0]?.text === '/') !== absolute)
      return wrong("A pattern begins with '/' in all that its braces stand for, or in none");
    const names = parseNames(units);
    if (names.problem) return names;
    all.push(names.value);
  }
  return { value: all };
}

/**
 * Makes a pattern out of a template, in which the values are meant literally: `` glob`${directory}/**` ``.
 *
 * @throws RangeError for a text that is no pattern.
 */
export function glob(texts: TemplateStringsArray, ...paths: readonly string[]): Pattern {
  return pattern(texts.raw.map((text, index) => text + escapePath(paths[index] ?? '')).join(''));
}
