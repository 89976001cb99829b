import type { DecidingLine, Mend, UseAnswer } from './use.ts';

/** Answers that a use is allowed. */
export function granted(
  reason: string,
  line: DecidingLine | undefined,
  by: readonly string[],
  notes: readonly string[] = [],
): UseAnswer {
  return { allowed: true, reason, line, by, notes, mend: undefined };
}

/** Answers that a use is refused. */
export function refused(
  reason: string,
  line: DecidingLine | undefined,
  by: readonly string[],
  mend: Mend | undefined,
): UseAnswer {
  return { allowed: false, reason, line, by, notes: [], mend };
}
