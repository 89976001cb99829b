import { arePatternsWithin, type PatternSet } from '../../policy/pattern-set.ts';
import { patternsShape } from '../pattern-shape.ts';
import { ShapeError, type ShapePath, type WireShape } from '../shape.ts';
import { kindOfWire, mapOfWire, type Wire, type WireMap } from '../wire.ts';

/** The values that a word of a command line, or a variable, may have. */
export type CommandWord =
  /** One of some words. */
  | { readonly kind: 'one of'; readonly words: readonly string[] }
  /** A word that a pattern matches, as patterns of paths do: `*` does not stand for a slash. */
  | { readonly kind: 'pattern'; readonly set: PatternSet }
  /** A whole decimal number. */
  | { readonly kind: 'number'; readonly from: number; readonly to: number }
  /** Any text without control characters. */
  | { readonly kind: 'text'; readonly longest: number };

/** The most words of a list, and the longest word, in UTF-16 units. */
const MAX_WORDS = 256;
const MAX_WORD = 4096;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that a text must not have
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * Tells whether a word is one of those that are allowed. Words that begin with a dash must be listed, because a program
 * takes them for options; so must words in which `..` is a name, because a pattern says nothing of the place they lead to.
 */
export function allowsWord(allowed: CommandWord, word: string): boolean {
  if (word.length > MAX_WORD || word.includes('\0')) return false;
  if (allowed.kind === 'one of') return allowed.words.includes(word);
  if (word === '' || word.startsWith('-') || word.split('/').includes('..') || CONTROL.test(word))
    return false;
  switch (allowed.kind) {
    case 'pattern':
      return allowed.set.matches(word);
    case 'number':
      return DECIMAL.test(word) && allowed.from <= Number(word) && Number(word) <= allowed.to;
    case 'text':
      return word.length <= allowed.longest;
  }
}

/** Tells whether all words of `inner` are allowed by `outer`. Where it cannot be told, the answer is no. */
export function isWordWithin(inner: CommandWord, outer: CommandWord): boolean {
  if (inner.kind === 'one of') return inner.words.every((word) => allowsWord(outer, word));
  if (inner.kind === 'pattern')
    return outer.kind === 'pattern' && arePatternsWithin(inner.set.patterns, outer.set.patterns);
  if (inner.kind === 'number') {
    if (outer.kind === 'number') return outer.from <= inner.from && inner.to <= outer.to;
    return outer.kind === 'text' && `${inner.to}`.length <= outer.longest;
  }
  return outer.kind === 'text' && inner.longest <= outer.longest;
}

/** Describes the values, for a message. */
export function describeWord(word: CommandWord): string {
  switch (word.kind) {
    case 'one of':
      return word.words.map((one) => `'${one}'`).join(' or ');
    case 'pattern':
      return `a word that matches ${word.set.patterns.join(' or ')}`;
    case 'number':
      return `a number from ${word.from} to ${word.to}`;
    case 'text':
      return `a text of at most ${word.longest} characters`;
  }
}

const WORDS = "a word, a list of words, or a map with one of 'pattern', 'number' and 'text'";

/** A word, a list of words, `{pattern: TEXT}`, `{number: [FROM, TO]}` or `{text: LONGEST}`. */
export const wordShape: WireShape<CommandWord> = {
  words: WORDS,
  type: 'string | readonly string[] | { pattern: string } | { number: [number, number] } | { text: number }',
  samples: [
    ['a', 'b'],
    new Map<Wire, Wire>([['pattern', 'a*']]),
    new Map<Wire, Wire>([['text', 2]]),
    new Map<Wire, Wire>([['number', [1, 20]]]),
  ],
  read: (value, path) => {
    const map = mapOfWire(value);
    return map === undefined ? readWords(value, path) : readForm(map, path);
  },
  write: writeWord,
};

function readWords(value: Wire, path: ShapePath): CommandWord {
  const words = Array.isArray(value) ? value : [value];
  const known = words.filter((word) => typeof word === 'string');
  if (known.length !== words.length || known.length === 0 || known.length > MAX_WORDS)
    throw new ShapeError(path, `expects ${WORDS}, not ${kindOfWire(value)}`);
  if (known.some((word) => word.length > MAX_WORD || word.includes('\0')))
    throw new ShapeError(path, `expects words of at most ${MAX_WORD} characters without NUL`);
  return { kind: 'one of', words: known };
}

function readForm(map: WireMap, path: ShapePath): CommandWord {
  const [[form, value] = ['', null], ...others] = map;
  if (others.length === 0 && form === 'pattern')
    return { kind: 'pattern', set: patternsShape.read(value, [...path, form]) };
  if (others.length === 0 && form === 'text') {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > MAX_WORD)
      throw new ShapeError([...path, form], `expects the longest text, from 1 to ${MAX_WORD} characters`);
    return { kind: 'text', longest: value };
  }
  if (others.length === 0 && form === 'number') {
    const [from, to] = Array.isArray(value) && value.length === 2 ? value.map(wholeNumber) : [];
    if (from === undefined || to === undefined || from > to)
      throw new ShapeError([...path, form], 'expects two whole numbers, such as [1, 100]');
    return { kind: 'number', from, to };
  }
  throw new ShapeError(path, `expects ${WORDS}, not a map of other keys`);
}

function wholeNumber(value: Wire): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function writeWord(word: CommandWord): Wire {
  switch (word.kind) {
    case 'one of':
      return [...word.words];
    case 'pattern':
      return new Map<Wire, Wire>([['pattern', patternsShape.write(word.set)]]);
    case 'number':
      return new Map<Wire, Wire>([['number', [word.from, word.to]]]);
    case 'text':
      return new Map<Wire, Wire>([['text', word.longest]]);
  }
}
