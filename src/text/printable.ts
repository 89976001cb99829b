/*
 * Text that others control (names of files, messages of programs, documents) reaches terminals and logs only through
 * these functions. There it could move the cursor, forge lines or hide the text behind it.
 */

/** Characters that are not shown as themselves: controls, formats such as those of text direction, line separators. */
export const UNSEEN: RegExp = /[\p{C}\p{Zl}\p{Zp}]/gu;

const UNSEEN_IN_LINES = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu;
const UNSEEN_IN_JSON = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu;

/** Stands in place of a character that is not shown. */
const REPLACEMENT = '\u{fffd}';

/**
 * Makes untrusted text fit for one line.
 *
 * @param longest Longer text is cut, in UTF-16 units; by default nothing is.
 */
export function printable(text: string, longest: number = Number.POSITIVE_INFINITY): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replace(UNSEEN, REPLACEMENT);
}

/** Makes text of several lines fit for a terminal; it keeps its line ends and tabs. */
export function printableLines(text: string): string {
  return text.replace(UNSEEN_IN_LINES, REPLACEMENT);
}

/** JSON that a terminal shows as it is: unprintable characters in strings become escape sequences of JSON. */
export function printableJson(json: string): string {
  return json.replace(UNSEEN_IN_JSON, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
