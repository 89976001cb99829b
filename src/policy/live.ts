import { findReleased } from './released.ts';
import type { Rule } from './rule.ts';

/** Rules that the launcher and all processes of the program may change. */
type Open = { readonly state: 'open'; readonly rules: readonly Rule[] };
/** Rules that the launcher may change, and of the program its first process. */
type Exec = { readonly state: 'exec'; readonly rules: readonly Rule[] };
/** Rules that may become narrower, and never wider again. */
type Drop = { readonly state: 'drop'; readonly rules: readonly Rule[] };
/** Rules that nothing changes. */
type Sealed = { readonly state: 'sealed'; readonly rules: readonly Rule[] };

/** Rules while a program runs, by what may be done with them. */
export type LiveRules = Open | Exec | Drop | Sealed;

/** The name of what may be done with the rules of a program that runs. */
export type RulesState = LiveRules['state'];

/** The states, from the one that allows most. A change never leads to one further up. */
export const rulesStates: readonly RulesState[] = ['open', 'exec', 'drop', 'sealed'];

/** A change of rules. */
export type RulesChange =
  /** The rules stand above the others, so that they decide first. */
  | { readonly kind: 'add'; readonly rules: readonly Rule[] }
  /** The rules of these numbers, from the top, are taken out. */
  | { readonly kind: 'remove'; readonly numbers: readonly number[] }
  | { readonly kind: 'to'; readonly state: RulesState };

/** The source of a change: the launcher, the program's first process, or another process of the program. */
export type Changer = 'launcher' | 'first' | 'other';

/** The reason why rules were not changed. */
export type ChangeRefusal = { readonly refused: string };

/**
 * Changes rules as their state allows.
 *
 * @param most States of automata at which a comparison gives up; what cannot be compared is refused.
 */
export function changeRules(
  from: LiveRules,
  change: RulesChange,
  by: Changer,
  most?: number,
): LiveRules | ChangeRefusal {
  switch (from.state) {
    case 'open':
      return change.kind === 'to'
        ? enter(from, change.state)
        : { state: 'open', rules: applied(from, change) };
    case 'exec':
      if (by === 'other') return { refused: 'only the first process of the program may change its rules' };
      return change.kind === 'to'
        ? enter(from, change.state)
        : { state: 'exec', rules: applied(from, change) };
    case 'drop':
      return change.kind === 'to' ? enter(from, change.state) : narrow(from, applied(from, change), most);
    case 'sealed':
      return { refused: 'the rules are sealed' };
  }
}

/** Goes on to a state that allows less. */
function enter(from: Open | Exec | Drop, state: RulesState): LiveRules | ChangeRefusal {
  if (rulesStates.indexOf(state) < rulesStates.indexOf(from.state))
    return { refused: `rules that are in state '${from.state}' never come to '${state}' again` };
  return { state, rules: from.rules };
}

/** Takes rules that allow nothing which those of before refuse. */
function narrow({ rules }: Drop, next: readonly Rule[], most: number | undefined): Drop | ChangeRefusal {
  const [released] = findReleased(rules, next, most);
  if (released === undefined) return { state: 'drop', rules: next };
  return { refused: `rule '${rules[released]?.source.text}' would no longer hold everywhere` };
}

function applied({ rules }: LiveRules, change: Exclude<RulesChange, { kind: 'to' }>): readonly Rule[] {
  return change.kind === 'add'
    ? [...change.rules, ...rules]
    : rules.filter((_, number) => !change.numbers.includes(number));
}
