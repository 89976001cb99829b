import { oneOf } from '../resources/fields.ts';
import { limitNames } from '../resources/limits.ts';
import type { Mistakes } from '../resources/mistake.ts';
import { spell } from '../resources/spelling.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';

/** The names of limits, as the API spells them. */
const apiLimits: readonly string[] = limitNames.map((name) => spell(name, 'object'));

/**
 * Refuses options that do not exist and limits that are no amounts: users of JavaScript have no compiler that would.
 *
 * @param subject The name in messages of the function that takes them.
 */
export function checkOptions(
  subject: string,
  options: object,
  known: readonly string[],
  mistakes: Mistakes,
): void {
  refuseUnknown('option', subject, options, known, mistakes);
  const limits: unknown = 'limits' in options ? options.limits : undefined;
  if (limits === undefined) return;
  if (typeof limits !== 'object' || limits === null) {
    mistakes.add(`Option 'limits' of ${subject} expects an object`, undefined);
    return;
  }
  refuseUnknown('limit', subject, limits, apiLimits, mistakes);
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || !apiLimits.includes(name)) continue;
    if (typeof value !== 'number' || !(value > 0))
      mistakes.add(
        `Limit '${name}' of ${subject} expects a number above 0${unitOf(name)}, not ${nameOf(value)}`,
        undefined,
      );
  }
}

function refuseUnknown(
  what: 'option' | 'limit',
  subject: string,
  given: object,
  known: readonly string[],
  mistakes: Mistakes,
): void {
  for (const name of Object.keys(given))
    if (!known.includes(name))
      mistakes.add(
        () =>
          `Unknown ${what} ${quote(name)} of ${subject}, expected ${oneOf(known)}${didYouMean(name, known)}`,
        undefined,
      );
}

function unitOf(name: string): string {
  if (name === 'memory' || name === 'fileSize' || name === 'changes') return ', in bytes';
  return name === 'wallClock' || name === 'cpuTime' ? ', in milliseconds' : '';
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? quote(value) : String(value);
}
