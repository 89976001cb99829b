import type { RuleSource } from '../policy/rule.ts';
import type { AccessRecord } from '../supervisor/records.ts';

/** An access of a Linux program to a file that one of its rules has refused, or was to note. */
export type AccessRefusal = Omit<AccessRecord, 'rule' | 'question' | 'generation'> & {
  /** The rule, as the user wrote it. */
  readonly rule: RuleSource;
};

/** An access of a Linux program about which a rule asks a person. The call waits for the answer. */
export type AccessQuestion = Pick<
  AccessRefusal,
  'time' | 'pid' | 'executable' | 'category' | 'path' | 'rule'
>;
