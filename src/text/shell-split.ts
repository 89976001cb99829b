/** A piece of a word: quoted in one of two ways, escaped, or plain. */
const PIECE = /'([^']*)'|"((?:[^"\\$`]|\\.)*)"|\\(.)|([^\s'"\\$`;&|<>()]+)/sy;

/**
 * Splits a text into words as a POSIX shell does, without any of its expansions.
 *
 * @returns `undefined` for a text with something else in it, such as an open quote, a variable or a command.
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (let word: string | undefined; ; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    if (piece === null) {
      if (word !== undefined) words.push(word);
      const blank = /\s+/y;
      blank.lastIndex = at;
      const gap = blank.exec(text);
      if (gap === null) return at === text.length ? words : undefined;
      at += gap[0].length;
      word = undefined;
      continue;
    }
    const [all, single, double, escaped, plain] = piece;
    word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '');
    at += all.length;
  }
}
