import { oneOf } from '../resources/fields.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import { profilePlaces } from './places.ts';

const START = '${';

/**
 * Replaces the placeholder that a text of a profile begins with. No shell reads these texts, and what is put in is not
 * looked at again.
 *
 * @param project The directory that the program works on; absolute.
 * @returns The text itself after a mistake.
 */
export function expandText(text: string, position: Position, project: string, mistakes: Mistakes): string {
  if (!text.includes(START)) return text;
  const names = profilePlaces.map(({ name }) => `\${${name}}`);
  const [whole, name = ''] = /^\$\{([^}]*)\}(?=\/|$)/.exec(text) ?? [];
  if (whole === undefined || text.includes(START, whole.length)) {
    mistakes.add(
      `A placeholder stands at the beginning of a path, before a slash or nothing, unlike in ${quote(text)}`,
      position,
    );
    return text;
  }
  const place = profilePlaces.find((known) => known.name === name);
  if (place === undefined) {
    mistakes.add(
      `Unknown placeholder ${quote(whole)}, expected ${oneOf(names)}${didYouMean(whole, names)}`,
      position,
    );
    return text;
  }
  const found = place.find(project);
  if ('path' in found) return found.path + text.slice(whole.length);
  mistakes.add(`Placeholder ${quote(whole)} stands for nothing: ${found.problem}`, position);
  return text;
}
