import { LinuxErrno } from '../linux/errno.ts';
import { printable } from '../text/printable.ts';
import { didYouMean } from '../text/suggest.ts';
import { type Category, categories } from './category.ts';
import { categoriesNamed, categoryNames } from './category-sets.ts';
import { categoryTable, ruledCategories } from './category-table.ts';
import type { ParsedText, Problem } from './parsed.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import { type Action, type ActionKind, actionKinds, type MaskSource, type Rule } from './rule.ts';
import { type LineWord, splitRuleWords } from './split-words.ts';

/** A rule whose patterns may be relative. */
export type WrittenRule = Omit<Rule, 'source'>;

/** The longest rule, in UTF-16 units. */
export const MAX_FILE_RULE = 32_768;

/** Actions about a path as a whole, so that a rule has no categories. */
const whole: readonly ActionKind[] = ['hide', 'mask', 'append'];

const EXAMPLE = "such as 'hide **/.env' or 'deny write,create .git/**'";

/**
 * Reads a rule: `ACTION [CATEGORIES] PATTERN… [with FILE] [by mounts] [for EXECUTABLE…]`. `hide`, `mask` and `append`
 * have no categories; `deny(EPERM)` names its error; `with` is for `mask`, `by mounts` for `hide`.
 */
export function parseFileRule(text: string): ParsedText<WrittenRule> {
  if (text.length > MAX_FILE_RULE)
    return wrong(
      { start: 0, end: text.length },
      `A rule has at most ${MAX_FILE_RULE} characters, not ${text.length}`,
    );
  const line = /[\n\r]/.exec(text);
  if (line) return wrong({ start: line.index, end: line.index + 1 }, 'A rule is one line');
  return readWords(splitRuleWords(text), text.length);
}

function readWords(words: readonly LineWord[], end: number): ParsedText<WrittenRule> {
  const [first, ...others] = words;
  if (first === undefined) return wrong({ start: 0, end }, `A rule cannot be empty; write one ${EXAMPLE}`);
  const read = readAction(first);
  if (read.problem) return read;
  const { kind, errno } = read.value;
  const last = words.at(-1) ?? first;
  const named = whole.includes(kind)
    ? { value: ruledCategories, problem: undefined }
    : readCategories(others.shift(), first);
  if (named.problem) return named;
  const withAt = others.findIndex(({ text }) => text === 'with');
  const forAt = others.findIndex(({ text }) => text === 'for');
  const byAt = others.findIndex(({ text }) => text === 'by');
  const ends = [withAt, byAt, forAt].filter((at) => at >= 0);
  const patterns = readPatterns(
    others.slice(0, Math.min(others.length, ...ends)),
    last,
    'A rule needs a pattern of paths',
  );
  if (patterns.problem) return patterns;
  const holder = readHolder(others, byAt, kind);
  if (holder.problem) return holder;
  const source = readSource(others, withAt, forAt, kind);
  if (source.problem) return source;
  const action = actionOf(kind, errno, source.value);
  const by = holder.value;
  const rule = { action, categories: named.value, patterns: patterns.value, ...(by && { by }) };
  if (forAt < 0) return { value: rule };
  const forEnd = withAt > forAt ? withAt : others.length;
  const executables = readPatterns(
    others.slice(forAt + 1, forEnd),
    others[forAt] ?? last,
    "'for' needs the pattern of an executable, such as /usr/bin/git",
  );
  return executables.problem ? executables : { value: { ...rule, executables: executables.value } };
}

function wrong({ start, end }: Pick<Problem, 'start' | 'end'>, message: string): ParsedText<never> {
  return { problem: { message, start, end } };
}

function readAction(
  word: LineWord,
): ParsedText<{ readonly kind: ActionKind; readonly errno: number | undefined }> {
  const [, name = word.text, error] = /^([^(]*)\((.*)\)$/.exec(word.text) ?? [];
  const kind = actionKinds.find((one) => one === name);
  if (kind === undefined)
    return wrong(
      word,
      `There is no action '${printable(name, 40)}', expected one of ${actionKinds.join(', ')}${didYouMean(name, actionKinds)}`,
    );
  if (error === undefined) return { value: { kind, errno: undefined } };
  if (kind !== 'deny') return wrong(word, `Action '${kind}' has no error; only 'deny(EPERM)' does`);
  const known: Readonly<Record<string, number>> = LinuxErrno;
  const errno = Object.hasOwn(known, error) ? known[error] : undefined;
  if (errno === undefined || errno === 0)
    return wrong(
      { start: word.start + name.length + 1, end: word.end - 1 },
      `There is no error '${printable(error, 40)}'${didYouMean(error, Object.keys(known))}`,
    );
  return { value: { kind, errno } };
}

function readCategories(word: LineWord | undefined, before: LineWord): ParsedText<readonly Category[]> {
  if (word === undefined)
    return wrong(
      before,
      `Action '${printable(before.text, 40)}' needs categories, such as 'write,create' or 'all'`,
    );
  const found = new Set<Category>();
  let start = word.start;
  for (const name of word.text.split(',')) {
    const place = { start, end: start + Math.max(name.length, 1) };
    const named = categoriesNamed(name);
    if (named === undefined) {
      const path = /[/*.?[{]/.test(name) && !name.startsWith('net/');
      return wrong(
        place,
        path
          ? `A category comes before the pattern, such as 'write' or 'all', not '${printable(name, 40)}'`
          : `There is no category '${printable(name, 40)}'${didYouMean(name, categoryNames)}`,
      );
    }
    const [first] = named;
    const instead = first !== undefined && categoryTable[first].rules;
    if (named.length === 1 && typeof instead === 'string')
      return wrong(place, `Rules cannot be about '${name}': ${instead}`);
    for (const one of named) found.add(one);
    start += name.length + 1;
  }
  return { value: categories.filter((one) => found.has(one)) };
}

function readPatterns(
  words: readonly LineWord[],
  before: LineWord,
  missing: string,
): ParsedText<readonly Pattern[]> {
  if (words.length === 0) return wrong(before, missing);
  const patterns: Pattern[] = [];
  for (const word of words) {
    const { value, problem } = parsePattern(word.text);
    if (problem)
      return wrong({ start: word.start + problem.start, end: word.start + problem.end }, problem.message);
    patterns.push(value);
  }
  return { value: patterns };
}

function readSource(
  words: readonly LineWord[],
  withAt: number,
  forAt: number,
  kind: ActionKind,
): ParsedText<MaskSource> {
  const keyword = words[withAt];
  if (keyword === undefined) return { value: { kind: 'empty' } };
  if (kind !== 'mask')
    return wrong(keyword, `'with' is for 'mask', not for '${kind}'; write '\\with' for the name`);
  const [file, more] = words.slice(withAt + 1, forAt > withAt ? forAt : words.length);
  if (file === undefined) return wrong(keyword, "'with' needs the path of a file of this host");
  if (more !== undefined) return wrong(more, "'with' takes one file");
  return { value: { kind: 'file', path: file.text.replace(/\\(.)/g, '$1') } };
}

/** Reads `by mounts`, with which a rule ends. */
function readHolder(
  words: readonly LineWord[],
  byAt: number,
  kind: ActionKind,
): ParsedText<'mounts' | undefined> {
  const keyword = words[byAt];
  if (keyword === undefined) return { value: undefined };
  if (kind !== 'hide')
    return wrong(keyword, `'by' is for 'hide', not for '${kind}'; write '\\by' for the name`);
  const other = words.find(({ text }) => text === 'with' || text === 'for');
  if (other !== undefined)
    return wrong(other, `Mounts are the same for every executable: a rule with 'by' has no '${other.text}'`);
  const [holder, more] = words.slice(byAt + 1);
  if (holder?.text !== 'mounts')
    return wrong(holder ?? keyword, "'by' needs the word 'mounts'; write '\\by' for the name");
  return more === undefined ? { value: 'mounts' } : wrong(more, "A rule ends with 'by mounts'");
}

function actionOf(kind: ActionKind, errno: number | undefined, source: MaskSource): Action {
  if (kind === 'deny') return { kind, errno: errno ?? LinuxErrno.EACCES };
  return kind === 'mask' ? { kind, with: source } : { kind };
}
