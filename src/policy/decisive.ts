import { type CategorySet, categorySet } from './category.ts';
import type { Rule } from './rule.ts';

/** Leaves out rules that others above them decide for in each category. */
export function decisive(found: readonly number[], rules: readonly Rule[]): readonly number[] {
  let open: bigint = ~0n;
  return found.filter((number) => {
    const rule = rules[number];
    if (rule === undefined) return false;
    const set: CategorySet = categorySet(rule.categories);
    if ((set & open) === 0n) return false;
    if (rule.executables === undefined) open &= ~set;
    return true;
  });
}
