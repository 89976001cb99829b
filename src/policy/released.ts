import { Automaton } from './automaton.ts';
import { type CategorySet, categorySet } from './category.ts';
import { determinize } from './determinize.ts';
import { MAX_STATES, textsOf } from './groups.ts';
import type { ActionKind, Rule } from './rule.ts';

/** Ranks of actions: the higher one leaves less to a program. */
const ranks: Readonly<Record<ActionKind, number>> = {
  allow: 0,
  log: 0,
  append: 1,
  mask: 2,
  ask: 3,
  stop: 4,
  deny: 4,
  hide: 5,
  kill: 5,
};

/** Mounts hide only what is there at the start, which is less than any rule that a supervisor holds. */
const MOUNTS_RANK = 0.5;

function rankOf({ action, by }: Rule): number {
  return by === undefined ? ranks[action.kind] : MOUNTS_RANK;
}

/**
 * Finds the rules of which other rules leave something out: there is a path for which they do more than the others. None
 * means that the others allow nothing that these rules refuse. Where executables matter, or where the rules are too
 * complex to be compared, rules are found that may be kept.
 *
 * @param most States of an automaton with which both are too complex.
 * @returns Numbers of rules in `before`, from the top.
 */
export function findReleased(
  before: readonly Rule[],
  after: readonly Rule[],
  most: number = MAX_STATES,
): readonly number[] {
  const all = [...before, ...after];
  const sets = all.map(({ categories }) => categorySet(categories));
  const isBefore = (rule: number): boolean => rule < before.length;
  const covers = (rule: number, other: number): boolean =>
    rule < other &&
    isBefore(rule) === isBefore(other) &&
    all[rule]?.executables === undefined &&
    ((sets[other] ?? 0n) & ~(sets[rule] ?? 0n)) === 0n;
  const automaton = new Automaton();
  for (const [number, rule] of all.entries()) for (const texts of textsOf(rule)) automaton.add(texts, number);
  const states = determinize(automaton, most, covers);
  if (states === undefined)
    return before.flatMap(({ action }, number) => (ranks[action.kind] > 0 ? [number] : []));
  const found = new Set<number>();
  for (const { accepts } of new Map(states.map((state) => [state.accepts.join(), state])).values()) {
    const own = accepts.filter(isBefore);
    const others = accepts.filter((rule) => !isBefore(rule));
    for (const rule of own) if (!found.has(rule) && isReleased(rule, own, others, all, sets)) found.add(rule);
  }
  return [...found].sort((a, b) => a - b);
}

/** Tells whether a rule decides about a category in which the others leave more to a program. */
function isReleased(
  rule: number,
  own: readonly number[],
  others: readonly number[],
  all: readonly Rule[],
  sets: readonly CategorySet[],
): boolean {
  const one = all[rule];
  if (one === undefined || ranks[one.action.kind] === 0) return false;
  return one.categories.some((category) => {
    const bit = categorySet([category]);
    const about = (number: number): boolean => ((sets[number] ?? 0n) & bit) !== 0n;
    const above = own.filter((number) => number < rule && about(number));
    if (above.some((number) => all[number]?.executables === undefined)) return false;
    for (const number of others) {
      const other = all[number];
      if (other === undefined || !about(number)) continue;
      const same = isSameDecision(one, other);
      if (!same && !isAtLeast(other, one)) {
        // The same exception stands above both.
        if (!above.some((earlier) => isSameDecision(all[earlier] ?? one, other))) return true;
        continue;
      }
      if (other.executables === undefined || String(other.executables) === String(one.executables))
        return false;
    }
    return true;
  });
}

/** Tells whether a decision leaves no more than another. What a person allows is more than a mask, or writing at the end. */
function isAtLeast(one: Rule, than: Rule): boolean {
  const { kind } = one.action;
  if (kind === 'mask' || (kind === 'ask' && than.action.kind !== 'ask' && rankOf(than) > 0)) return false;
  return rankOf(one) >= rankOf(than);
}

function isSameDecision(one: Rule, other: Rule): boolean {
  return (
    JSON.stringify(one.action) === JSON.stringify(other.action) &&
    one.by === other.by &&
    String(one.executables) === String(other.executables)
  );
}
