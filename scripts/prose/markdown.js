// Finds the prose in pages of Markdown.

/**
 * Finds the prose of a page, without blocks of code: headings, paragraphs, items of lists and cells of tables.
 *
 * @returns Pieces `{ kind: 'page', line, text }` in their order; `line` counts from 1.
 */
export function proseOfPage(markdown) {
  const pieces = [];
  let code = false;
  let joins = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    const line = index + 1;
    if (/^ *```/.test(text)) {
      code = !code;
      joins = false;
    } else if (code || text.trim() === '') {
      joins = false;
    } else if (text.startsWith('|')) {
      const cells = /^[|\s:-]*$/.test(text) ? [] : text.split(/(?<!\\)\|/).slice(1, -1);
      for (const cell of cells) pieces.push({ kind: 'page', line, text: plain(cell) });
      joins = false;
    } else {
      const [mark] = /^\s*(?:#+|[-*]|\d+\.|>)\s+/.exec(text) ?? [];
      if (joins && mark === undefined) pieces.at(-1).text += `\n${plain(text)}`;
      else pieces.push({ kind: 'page', line, text: plain(text.slice(mark?.length ?? 0)) });
      joins = !text.startsWith('#');
    }
  }
  return pieces;
}

/** Takes marks out of text; code becomes `…`, which no rule matches. */
function plain(text) {
  return text
    .replace(/`[^`]*`/g, '…')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|(?<!\w)[*_]|[*_](?!\w)/g, '')
    .trim();
}
