import type { RuleSource } from '../policy/rule.ts';
import type { AccessRecord } from '../supervisor/records.ts';

/** An access of a Linux program to a file that one of its rules has refused, or was to note. */
export type AccessRefusal = Omit<AccessRecord, 'rule'> & {
  /** The rule, as the user wrote it. */
  readonly rule: RuleSource;
};
