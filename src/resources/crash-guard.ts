import { Fields, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { readDuration } from './quantity.ts';

/** Programs that crash do not start again for a while. */
export type CrashGuard = {
  /** So many crashes of one executable, */
  readonly crashes: number;
  /** in so many milliseconds, keep it from starting */
  readonly within: number;
  /** for so many. */
  readonly pause: number;
};

/** The same as it was written. */
export type CrashGuardGrant = CrashGuard & { readonly position: Position | undefined };

/** The supervisor keeps the times of so many crashes of each executable. */
const MOST_CRASHES = 32;
const LONGEST = 24 * 3_600_000;

/** Reads `crash_guard`; the pause is as long as the time of the crashes by default. */
export function readCrashGuard(fields: Fields, context: ReadContext): CrashGuardGrant | undefined {
  const written = fields.get('crash_guard');
  if (written === undefined) return undefined;
  const position = fields.at('crash_guard');
  const inner = Fields.read(written, ['crashes', 'within', 'pause'], {
    ...context,
    subject: `'${fields.spell('crash_guard')}'`,
    position,
  });
  if (inner === undefined) return undefined;
  const crashes = inner.has('crashes')
    ? inner.integer('crashes', 1, MOST_CRASHES)
    : inner.missing('crashes', 'the number of crashes');
  const within = inner.has('within')
    ? readDuration(inner, 'within', 1, LONGEST)
    : inner.missing('within', "a time such as '1 min'");
  const pause = inner.has('pause') ? readDuration(inner, 'pause', 1, LONGEST) : within;
  return crashes === undefined || within === undefined || pause === undefined
    ? undefined
    : { crashes, within, pause, position };
}
