import type { Category } from '../policy/category.ts';
import type { RuleSource } from '../policy/rule.ts';

/** An access to a file about which a rule asks, and the rule that would allow it. */
export type AskedAccess = {
  /** The rule that would be granted: `allow read /app/.env`. An answer is for all accesses that it allows. */
  readonly rule: string;
  readonly category: Category;
  /** The path that was resolved, as the program sees it; of a socket, its address or path as rules name it. */
  readonly path: string;
  /** The rule that asks, as the user wrote it; the granted one goes before it. */
  readonly asked: RuleSource;
  /** The process, by its number in the program's namespace; `undefined` when it was gone. */
  readonly process: { readonly pid: number; readonly executable: string } | undefined;
};
