// The rules of our English: see CONTRIBUTING.md. Each finding says how to mend it.

/** Words that no sentence of a page begins with, nor a comment, unless it is a question. */
const RIDDLES = 'What|Whether|How|Where|Who|Whoever|Whom|Whose|Which|Why';

/** A comment says what a thing is, or does, with a noun or a verb. */
const COMMENT_OPENERS = new RegExp(`^(?:${RIDDLES}|When|Of|By)\\b(?![^.]*\\?)`);
const SENTENCE_OPENERS = new RegExp(`^(?:${RIDDLES})\\b(?![^.]*\\?)`);
const TITLE_OPENERS = new RegExp(`^(?:${RIDDLES})\\b(?!.*\\?)`, 'i');

const PRONOUNS =
  /\b(?:whoever|whomever|whatever|whichever|somebody|nobody|anybody|everybody|someone|anyone|everyone|(?:one|those|he|somebody) who)\b/i;

/** Expressions that have a settled term. */
const TERMS = [
  [
    /\b(?:taken|takes|took|taking) (?:it |them |\w+ )?over\b(?! (?:from|as|to|what|their|its|the))/i,
    "say 'compromised' or 'controlled'",
  ],
  [/\bleads? (?:connections|ports|traffic|packets)\b/i, "say 'forwards'"],
  [/\bkept (?:as long as|until (?:it|they|something|a|one) change|for the next start)/i, "say 'cached'"],
  [/\bmade[- ]up\b(?! of)/i, "say 'synthetic' or 'invented'"],
  [/\bleads? (?:anywhere|nowhere|to nothing)\b/i, "say what is resolved or forwarded, as 'no path resolves'"],
];

/** Clauses in the place of a noun. */
const NOUNLESS = [/^[A-Z][a-z]+s(?: out)? what\b/gm, /\b(?:for|of) what (?:is|was)\b/g];

/** The header of an attack (attacks/frame/header.ts), and clauses that stand for a noun there. */
const HEADER = /^Route: /;
const CLAUSES = /\b(?:what|who) (?:it|is|was|may|the|they|a|only|[a-z]+s)\b/g;

/** Short paths in comments, from src/ or from the folder of the file, which must exist. */
const SHORT = /(?<![\w./:@$*{-])([a-z][\w-]*(?:\/[\w.-]+)+\.(?:ts|js))\b/g;

/** Paths of the source tree, which must exist. */
export const PATHS =
  /(?<![\w./-])((?:src|tests|attacks|scripts|docs|spec|sdk|bench|fuzz|examples)\/[\w./-]+\.(?:ts|js|mjs|md|c|h|abi|py|sh|yaml))\b/g;

/**
 * Judges a piece of prose.
 *
 * @param exists Says whether a path exists, from the root of the repository, from src/ or from the folder of the file.
 * @returns Findings `{ line, reason }`.
 */
export function judge({ kind, line, text: whole }, exists) {
  const found = [];
  const add = (index, reason) => found.push({ line: line + lines(whole, index), reason });
  // Code in prose is judged for its paths alone.
  const text = whole.replace(/`[^`\n]*`/g, (code) => '…'.repeat(code.length));
  for (const { at, opening } of openings(kind, text)) {
    const [word] = openersOf(kind).exec(opening) ?? [];
    if (word !== undefined)
      add(
        at,
        `begins with '${word}': begin with ${kind === 'comment' ? 'a verb (functions) or a noun' : 'the actor, a noun'}`,
      );
  }
  for (const match of text.matchAll(new RegExp(PRONOUNS, 'gi')))
    add(
      match.index,
      `'${match[0]}': name the actor or thing with a noun (the attacker, the user, the kernel)`,
    );
  for (const [pattern, advice] of TERMS) {
    const match = pattern.exec(text);
    if (match !== null) add(match.index, `'${match[0]}': ${advice}`);
  }
  for (const match of HEADER.test(text) ? text.matchAll(CLAUSES) : [])
    add(match.index, `'${match[0]} …' stands for a noun: write it ('a read-only file', 'its launcher')`);
  for (const pattern of kind === 'title' ? [] : NOUNLESS)
    for (const match of text.matchAll(pattern))
      add(match.index, `'${match[0]} …' stands for a noun: name the thing`);
  if (kind !== 'string')
    for (const match of whole.matchAll(PATHS))
      if (!exists(match[1])) add(match.index, `${match[1]} does not exist: name the file that does`);
  for (const match of kind === 'comment' ? whole.matchAll(SHORT) : [])
    if (match[1].search(PATHS) === -1 && !exists(match[1]))
      add(match.index, `${match[1]} does not exist in src/ or here: name the file that does`);
  return found.toSorted((one, other) => one.line - other.line);
}

function openersOf(kind) {
  if (kind === 'title') return TITLE_OPENERS;
  return kind === 'comment' ? COMMENT_OPENERS : SENTENCE_OPENERS;
}

/** The beginnings that are judged: paragraphs and tags of comments, sentences of pages and messages, whole titles. */
function openings(kind, text) {
  if (kind === 'title') return [{ at: 0, opening: text }];
  const ends =
    kind === 'comment' ? /\n\s*\n|\n(?=@)|\n(?=[A-Z][a-z]+(?: from)?: )/g : /[.!?]\)?\s+(?=[A-Z])/g;
  const starts = [0, ...[...text.matchAll(ends)].map((match) => match.index + match[0].length)];
  return starts.map((at, index) => {
    const part = text.slice(at, starts[index + 1]);
    const opening = part.replace(/^[\s(]*(?:@(?:param \S+|returns|throws)\s*|[A-Z][a-z]+(?: from)?: )?/, '');
    return { at: at + part.length - opening.length, opening };
  });
}

function lines(text, index) {
  return text.slice(0, index).split('\n').length - 1;
}
