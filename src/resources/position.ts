/** The place of something that is written in a document. Line and column count from 1. */
export type Position = {
  /** The name of the document in messages: a path or `<stdin>`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line itself and a caret below the place, as two lines of text. */
  readonly excerpt?: string;
};

/**
 * Makes the place of a part of a text that is written in a document, with carets below all of the part. The place of
 * the whole text stays where it is not written as it is read, as with escapes.
 *
 * @param start The place of the part in the text, and `end` the place behind it; in UTF-16 units.
 */
export function placeWithin(
  position: Position,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): Position {
  const [line = '', carets = ''] = (position.excerpt ?? '').split('\n');
  const whole = carets.indexOf('^');
  const quoted = /^['"]/.test(line.slice(whole)) ? 1 : 0;
  const from = whole + quoted;
  if (whole < 0 || text === '' || !line.startsWith(text, from)) return position;
  const indent = line.slice(0, from + start).replace(/[^\t]/g, ' ');
  return {
    ...position,
    column: position.column + quoted + start,
    excerpt: `${line}\n${indent}${'^'.repeat(Math.max(end - start, 1))}`,
  };
}
