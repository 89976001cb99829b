import { Automaton } from './automaton.ts';
import { categorySet } from './category.ts';
import { decisive } from './decisive.ts';
import { type AutomatonState, determinize } from './determinize.ts';
import { groupsOf, MAX_STATES } from './groups.ts';
import { packStates } from './pack-states.ts';
import { type Pattern, tokensOf } from './pattern.ts';
import { actionNumber, type Rule } from './rule.ts';
import { TableError } from './table-error.ts';
import { GroupWord, Header, NONE, RuleWord, TABLE_MAGIC } from './table-layout.ts';
import { Words } from './words.ts';

/** The most rules of a table. */
export const MAX_RULES = 20_000;
/** The most different conditions of a table. */
export const MAX_CONDITIONS = 64;
/**
 * Compiles rules into one flat table, for which the time of a look-up is linear in the length of the path for all
 * rules.
 *
 * @param arguments_ Gives the number of the source of a mask; `undefined` for an empty file.
 * @throws TableError when the rules are too many or a pattern is too complex.
 */
export function compileTable(
  rules: readonly Rule[],
  arguments_: (rule: Rule) => number | undefined,
): Uint8Array {
  if (rules.length > MAX_RULES)
    throw new TableError(`A policy has at most ${MAX_RULES} rules, not ${rules.length}`);
  const conditions = conditionsOf(rules);
  const words = new Words();
  words.reserve(Header.size);
  const rulesAt = words.length;
  let conditional = 0n;
  for (const rule of rules) {
    const set = categorySet(rule.categories);
    const condition = rule.executables && conditions.get(conditionKey(rule.executables));
    if (condition !== undefined) conditional |= set;
    const argument = arguments_(rule);
    const at = words.reserve(RuleWord.size);
    words.set(at + RuleWord.action, actionNumber(rule.action.kind));
    words.set(at + RuleWord.errno, rule.action.kind === 'deny' ? rule.action.errno : 0);
    words.setLong(at + RuleWord.categories, set);
    words.set(at + RuleWord.condition, condition === undefined ? 0 : condition.number + 1);
    words.set(at + RuleWord.argument, argument === undefined ? 0 : argument + 1);
  }
  const groups = groupsOf(rules).map((states) => ({
    states,
    reduce: (found: readonly number[]) => decisive(found, rules),
  }));
  const conditionGroup = groups.length;
  if (conditions.size > 0) groups.push({ states: conditionStates(conditions), reduce: (found) => found });
  const groupsAt = words.reserve(groups.length * GroupWord.size);
  for (const [index, { states, reduce }] of groups.entries()) {
    const at = groupsAt + index * GroupWord.size;
    const packed = packStates(states, reduce, words);
    words.set(at + GroupWord.states, states.length);
    words.set(at + GroupWord.statesAt, packed.statesAt);
    words.set(at + GroupWord.cells, packed.cells);
    words.set(at + GroupWord.cellsAt, packed.cellsAt);
  }
  words.set(Header.magic, TABLE_MAGIC);
  words.set(Header.words, words.length);
  words.set(Header.rules, rules.length);
  words.set(Header.rulesAt, rulesAt);
  words.set(Header.groups, conditionGroup);
  words.set(Header.groupsAt, groupsAt);
  words.set(Header.conditions, conditions.size > 0 ? conditionGroup : NONE);
  words.setLong(Header.conditional, conditional);
  return words.bytes();
}

type Condition = { readonly number: number; readonly patterns: readonly Pattern[] };

function conditionKey(executables: readonly Pattern[]): string {
  return executables.join('\0');
}

function conditionsOf(rules: readonly Rule[]): ReadonlyMap<string, Condition> {
  const found = new Map<string, Condition>();
  for (const [index, { executables }] of rules.entries()) {
    if (executables === undefined || found.has(conditionKey(executables))) continue;
    if (found.size === MAX_CONDITIONS)
      throw new TableError(`Rules have at most ${MAX_CONDITIONS} different conditions`, index);
    found.set(conditionKey(executables), { number: found.size, patterns: executables });
  }
  return found;
}

function conditionStates(conditions: ReadonlyMap<string, Condition>): readonly AutomatonState[] {
  const automaton = new Automaton();
  for (const { number, patterns } of conditions.values())
    for (const one of patterns) automaton.add(tokensOf(one), number);
  const states = determinize(automaton, MAX_STATES, () => false);
  if (states === undefined)
    throw new TableError('The conditions of the rules are too complex; use patterns with fewer stars');
  return states;
}
