import { type Answer, compileFilter } from '../walls/call-filter.ts';
import type { LimitedDescriptor } from '../walls/descriptor-rights.ts';
import { limitRules } from '../walls/limit-rules.ts';

/**
 * The filters that withhold the lost rights of limited descriptors; they come on top of the one of capability mode, at its start
 * or later.
 *
 * @param placeholder The descriptor that takes the place of limited ones when they are closed.
 * @throws RangeError for more than the host can hold.
 */
export function limitFilters(
  limited: readonly LimitedDescriptor[],
  placeholder: number,
  answer: Answer = 'trap',
): Uint8Array[] {
  if (limited.length === 0) return [];
  try {
    const rules = limitRules(limited, { answer, placeholder, closable: false });
    return [compileFilter(rules, { unlisted: 'allow', unknown: 'allow' })];
  } catch (error) {
    if (limited.length === 1) throw error;
    const half = limited.length >> 1;
    return [limited.slice(0, half), limited.slice(half)].flatMap((part) =>
      limitFilters(part, placeholder, answer),
    );
  }
}
