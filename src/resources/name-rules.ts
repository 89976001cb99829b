import { type Pattern, parsePattern } from '../policy/pattern.ts';
import { printable } from '../text/printable.ts';
import type { Fields, ReadContext } from './fields.ts';
import { type Position, placeWithin } from './position.ts';
import { textIn } from './written.ts';

/** A pattern of names beneath a granted directory, and its place. */
export type PlacedPattern = { readonly pattern: Pattern; readonly position: Position | undefined };

/** The names beneath a granted directory that a program does not find, or the only ones that it finds. */
export type NameRules = {
  readonly without: readonly PlacedPattern[];
  /** `undefined` when all others are found. */
  readonly only: readonly PlacedPattern[] | undefined;
  readonly position: Position | undefined;
};

/** Reads `without` and `only` of a directory: a pattern, or a list of patterns. */
export function readNameRules(fields: Fields, context: ReadContext): NameRules | undefined {
  if (!fields.has('without') && !fields.has('only')) return undefined;
  return {
    without: readPatterns('without', fields, context) ?? [],
    only: readPatterns('only', fields, context),
    position: fields.at(fields.has('without') ? 'without' : 'only'),
  };
}

function readPatterns(
  key: 'without' | 'only',
  fields: Fields,
  { mistakes }: ReadContext,
): readonly PlacedPattern[] | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  const items = written.kind === 'seq' ? written.items : [written];
  return items.flatMap((item): readonly PlacedPattern[] => {
    const text = textIn(item);
    if (text === undefined) {
      fields.expected(key, "a pattern of names such as '**/.env', or a list of patterns", item);
      return [];
    }
    const parsed = parsePattern(text);
    const { position } = item;
    const problem = text.startsWith('/')
      ? { message: `'${key}' is about names beneath the directory; leave out the slash`, start: 0, end: 1 }
      : parsed.problem;
    if (problem === undefined && parsed.value !== undefined) return [{ pattern: parsed.value, position }];
    if (problem !== undefined)
      mistakes.add(
        position === undefined ? `Pattern '${printable(text, 80)}': ${problem.message}` : problem.message,
        position && placeWithin(position, text, problem),
      );
    return [];
  });
}
