import { ancestorsOf } from '../../policy/ancestors.ts';
import type { Category } from '../../policy/category.ts';
import { ruledCategories } from '../../policy/category-table.ts';
import { beneath, glob, type Pattern, pattern } from '../../policy/pattern.ts';
import { printFileRule } from '../../policy/print-rule.ts';
import type { Action } from '../../policy/rule.ts';
import type { NameRules } from '../../resources/name-rules.ts';
import type { Position } from '../../resources/position.ts';
import type { PlannedRule } from './planned.ts';

/** A granted directory of which not all names are found. */
export type NamedDirectory = {
  /** The place where the program sees it. */
  readonly at: string;
  readonly place: string;
  readonly names: NameRules;
};

/** Accesses that show that a name is there and lead through it, and none to its contents. */
const passing: readonly Category[] = ['walk', 'list', 'stat', 'chdir', 'readdir'];

/**
 * Writes `without` and `only` of a directory as rules. Directories on the way to what is found are seen; behind `**`,
 * these are all names.
 */
export function rulesOfNames({ at, place, names }: NamedDirectory): readonly PlannedRule[] {
  const make = (
    key: string,
    action: Action,
    of: readonly Category[],
    patterns: readonly Pattern[],
    position: Position | undefined,
  ): PlannedRule => {
    const rule = { action, categories: of, patterns };
    return { ...rule, position, source: { text: printFileRule(rule), place: `${place}.${key}` } };
  };
  const rules = names.without.map(({ pattern: one, position }) =>
    make('without', { kind: 'hide' }, ruledCategories, [beneath(at, one)], position),
  );
  const { only } = names;
  if (only === undefined) return rules;
  for (const { pattern: one, position } of only) {
    const found = beneath(at, one);
    rules.push(make('only', { kind: 'allow' }, ruledCategories, [found, everythingIn(found)], position));
    const way = ancestorsOf(one).map((above) => beneath(at, above));
    if (way.length > 0) rules.push(make('only', { kind: 'allow' }, passing, way, position));
  }
  const root = at === '/' ? '' : at;
  rules.push(make('only', { kind: 'hide' }, ruledCategories, [glob`${root}/*`], names.position));
  return rules;
}

function everythingIn(found: Pattern): Pattern {
  return found.endsWith('/**') ? found : pattern(`${found}/**`);
}
