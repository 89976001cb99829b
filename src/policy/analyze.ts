import { decisive } from './decisive.ts';
import { groupsOf, isAboutBeneath } from './groups.ts';
import type { Rule } from './rule.ts';

/** A rule that never decides, and one above it that does wherever it matches; `undefined` when it takes several. */
export type Unused = { readonly rule: number; readonly by: number | undefined };

/** Rules above an unused one that are looked at to explain it. */
const MOST_TRIED = 200;

/**
 * Finds rules that never decide, because rules above them do wherever they match.
 *
 * @throws TableError when the rules are too many or a pattern is too complex.
 */
export function findUnused(rules: readonly Rule[]): readonly Unused[] {
  return unusedIn(rules).map((rule) => {
    const one = rules[rule];
    const by = rules
      .slice(0, Math.min(rule, MOST_TRIED))
      .findIndex((above) => one !== undefined && unusedIn([above, one]).includes(1));
    return { rule, by: by < 0 ? undefined : by };
  });
}

/** Also a rule of which only what lies beneath its matches is left to it is told, because it is hardly meant. */
function unusedIn(rules: readonly Rule[]): readonly number[] {
  // Without a rule about what lies beneath its matches, both are the same.
  const groupings = rules.some(isAboutBeneath)
    ? [groupsOf(rules), groupsOf(rules, 'patterns')]
    : [groupsOf(rules)];
  const used = groupings.map(
    (groups) =>
      new Set(groups.flatMap((states) => states.flatMap(({ accepts }) => decisive(accepts, rules)))),
  );
  return rules.map((_, rule) => rule).filter((rule) => used.some((set) => !set.has(rule)));
}
