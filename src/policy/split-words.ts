/** A word of a rule: its text with backslashes, and its place in UTF-16 units. */
export type LineWord = { readonly text: string; readonly start: number; readonly end: number };

/** Splits a line at blanks that no backslash stands before; `#` at the beginning of a word begins a comment. */
export function splitRuleWords(line: string): readonly LineWord[] {
  const words: LineWord[] = [];
  let at = 0;
  while (at < line.length) {
    if (isBlank(line[at])) {
      at++;
      continue;
    }
    if (line[at] === '#') break;
    const start = at;
    while (at < line.length && !isBlank(line[at])) at += line[at] === '\\' ? 2 : 1;
    const end = Math.min(at, line.length);
    words.push({ text: line.slice(start, end), start, end });
  }
  return words;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
