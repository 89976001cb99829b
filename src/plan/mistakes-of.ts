import { ConfigurationError, type Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { codeOf } from './errors.ts';

/**
 * Plans a program that is started beside another, and adds its mistakes to those of that one.
 *
 * @param what Names it in messages.
 * @param position Its place in the document, for mistakes that have none.
 */
export function addMistakesOf(
  what: string,
  position: Position | undefined,
  mistakes: Mistakes,
  plan: () => unknown,
): void {
  try {
    plan();
  } catch (error) {
    if (error instanceof ConfigurationError)
      for (const one of error.mistakes)
        mistakes.add(`${what}: ${one.message}`, one.position ?? position, one.place);
    else if (error instanceof Error && codeOf(error) !== undefined)
      mistakes.add(`${what}: ${error.message}`, position);
    else throw error;
  }
}
