import { Automaton } from './automaton.ts';
import { categorySet } from './category.ts';
import { type AutomatonState, determinize } from './determinize.ts';
import { tokensBeneath, tokensOf } from './pattern.ts';
import type { Rule } from './rule.ts';
import { TableError } from './table-error.ts';
import type { Token } from './token.ts';

/** The texts of each pattern of a rule, as tokens. */
export type Texts = readonly (readonly (readonly Token[])[])[];

/** The most automata that a path is run through. */
export const MAX_GROUPS = 16;
/** The most states of an automaton. */
export const MAX_STATES = 400_000;

/** Tells whether a rule is about all beneath its path, because nothing there could be reached. */
export function isAboutBeneath({ action }: Rule): boolean {
  return action.kind === 'hide' || action.kind === 'mask';
}

/** The texts that a grouping looks at: all that rules decide about, or those that their patterns match alone. */
export type GroupedTexts = 'decided' | 'patterns';

/** Gives the texts that a rule decides about. */
export function textsOf(rule: Rule, reach: GroupedTexts = 'decided'): Texts {
  return rule.patterns.map(reach === 'decided' && isAboutBeneath(rule) ? tokensBeneath : tokensOf);
}

/** Groupings that were made last, by the rules and texts that they depend on. A plan makes those of its launch, too. */
const made = new Map<string, readonly (readonly AutomatonState[])[]>();
/** The most groupings that are held. */
const MAX_MADE = 4;
/** The most rules of a grouping that is held. */
const MAX_HELD_RULES = 1000;

/**
 * Puts as many rules into one automaton as its size allows; rules that explode together are divided.
 *
 * @throws TableError when a pattern is too complex, or all together are.
 */
export function groupsOf(
  rules: readonly Rule[],
  reach: GroupedTexts = 'decided',
): readonly (readonly AutomatonState[])[] {
  if (rules.length > MAX_HELD_RULES) return makeGroups(rules, reach);
  const key = keyOfGrouping(rules, reach);
  const groups = made.get(key) ?? makeGroups(rules, reach);
  made.delete(key);
  made.set(key, groups);
  const [oldest] = made.keys();
  if (made.size > MAX_MADE && oldest !== undefined) made.delete(oldest);
  return groups;
}

/** Patterns have no NUL. */
function keyOfGrouping(rules: readonly Rule[], reach: GroupedTexts): string {
  return rules
    .map((rule) => {
      const beneath = reach === 'decided' && isAboutBeneath(rule);
      const conditional = rule.executables !== undefined;
      return [beneath, conditional, rule.categories.join(), ...rule.patterns].join('\0');
    })
    .join('\0\0');
}

function makeGroups(rules: readonly Rule[], reach: GroupedTexts): readonly (readonly AutomatonState[])[] {
  const groups: (readonly AutomatonState[])[] = [];
  const sets = rules.map(({ categories }) => categorySet(categories));
  const covers = (rule: number, other: number): boolean =>
    rule < other &&
    rules[rule]?.executables === undefined &&
    ((sets[other] ?? 0n) & ~(sets[rule] ?? 0n)) === 0n;
  const firstTextOf = (number: number): readonly Token[] => {
    const rule = rules[number];
    return (rule && textsOf(rule, reach)[0]?.[0]) ?? [];
  };
  const divide = (numbers: readonly number[]): void => {
    const automaton = new Automaton();
    for (const number of numbers) {
      const rule = rules[number];
      if (rule === undefined) continue;
      for (const one of textsOf(rule, reach)) automaton.add(one, number);
    }
    const most = Math.min(MAX_STATES, 4096 + 4 * automaton.nodes.length);
    const states = determinize(automaton, most, covers);
    if (states !== undefined) {
      groups.push(states);
      if (groups.length > MAX_GROUPS)
        throw new TableError(
          `The patterns are too complex together: they need more than ${MAX_GROUPS} tables; use fewer stars`,
        );
      return;
    }
    const [first, second] = numbers;
    if (second === undefined)
      throw new TableError(
        'This pattern is too complex: use fewer stars, and fewer question marks behind a star',
        first,
      );
    const alike = sortedBy((number) => beginningOf(firstTextOf(number)), numbers);
    const middle = numbers.length >>> 1;
    divide(alike.slice(0, middle));
    divide(alike.slice(middle));
  };
  if (rules.length > 0) divide(rules.map((_, number) => number));
  return groups;
}

/** Patterns that begin alike explode less together than with others. */
function beginningOf(tokens: readonly Token[]): string {
  const end = tokens.findIndex(({ kind }) => kind !== 'byte');
  const fixed = tokens.slice(0, end < 0 ? tokens.length : end);
  const text = String.fromCharCode(...fixed.map((token) => (token.kind === 'byte' ? token.byte : 0)));
  return `${end < 0 ? 'byte' : tokens[end]?.kind} ${text}`;
}

function sortedBy(key: (number: number) => string, numbers: readonly number[]): readonly number[] {
  const keyed = numbers.map((number) => ({ number, key: key(number) }));
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.number - b.number))
    .map(({ number }) => number);
}
