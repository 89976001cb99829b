import { type Pattern, parsePattern } from '../policy/pattern.ts';
import { arePatternsWithin, PatternSet } from '../policy/pattern-set.ts';
import { TableError } from '../policy/table-error.ts';
import type { Limit } from './limit.ts';
import { ShapeError, type ShapePath, type WireShape } from './shape.ts';
import { kindOfWire, type Wire } from './wire.ts';

/** The most patterns of a list. */
const MOST_PATTERNS = 256;

const WORDS = `a pattern such as 'lib/**/*.js', or a list of at most ${MOST_PATTERNS} of them`;

/** Patterns of texts, in the language of rules about files: a text, or a list of texts. */
export const patternsShape: WireShape<PatternSet> = {
  words: WORDS,
  type: 'string | readonly string[]',
  samples: [['**'], ['a/**', 'b'], 'a/*', [], 'a/{b,c}'],
  read: readPatterns,
  write: ({ patterns }) => [...patterns],
};

function readPatterns(value: Wire, path: ShapePath): PatternSet {
  const items = Array.isArray(value) ? value : [value];
  if (items.length > MOST_PATTERNS) throw new ShapeError(path, `expects ${WORDS}, not ${kindOfWire(value)}`);
  const patterns = items.map((item): Pattern => {
    if (typeof item !== 'string') throw new ShapeError(path, `expects ${WORDS}, not ${kindOfWire(item)}`);
    const { value: pattern, problem } = parsePattern(item);
    if (problem) throw new ShapeError(path, `is no pattern: ${problem.message}`);
    return pattern;
  });
  try {
    return new PatternSet(patterns);
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new ShapeError(path, error.message);
  }
}

/** Patterns of which one has to match: the narrower ones match nothing that the wider ones do not. */
export function patternsLimit(about: string): Limit<PatternSet> {
  return {
    ...patternsShape,
    about,
    covers: (outer, inner) => arePatternsWithin(inner.patterns, outer.patterns),
  };
}

/** Patterns of which none may match: the narrower ones match more. */
export function exceptionsLimit(about: string): Limit<PatternSet> {
  return {
    ...patternsShape,
    about,
    covers: (outer, inner) => arePatternsWithin(outer.patterns, inner.patterns),
  };
}
