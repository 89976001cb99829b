import { escapePath } from '../policy/pattern.ts';
import { oneOf } from '../resources/fields.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { quote } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import { NOWHERE, profilePlaces } from './places.ts';

const START = '${';

/** The facts that placeholders depend on. */
export type ExpandContext = {
  /** The directory that the program works on; absolute. */
  readonly project: string;
  readonly mistakes: Mistakes;
};

/**
 * Replaces the placeholder that a text of a profile begins with. No shell reads these texts, and what is put in is not
 * looked at again.
 *
 * @returns The text itself after a mistake.
 */
export function expandText(text: string, position: Position, context: ExpandContext): string {
  if (!text.includes(START)) return text;
  const [whole, name = ''] = /^\$\{([^}]*)\}(?=\/|$)/.exec(text) ?? [];
  if (whole === undefined || text.includes(START, whole.length)) {
    context.mistakes.add(
      `A placeholder stands at the beginning of a path, before a slash or nothing, unlike in ${quote(text)}`,
      position,
    );
    return text;
  }
  const path = pathOf(name, position, context);
  return path === undefined ? text : path + text.slice(whole.length);
}

/**
 * Replaces the placeholders that words of a rule begin with, in such a way that patterns mean their paths literally.
 *
 * @returns The text itself after a mistake.
 */
export function expandRule(text: string, position: Position, context: ExpandContext): string {
  if (!text.includes(START)) return text;
  let wrong = false;
  const expanded = text.replace(/(?<=^|[ \t])\$\{([^}]*)\}(?=[/ \t]|$)/g, (whole, name: string) => {
    const path = pathOf(name, position, context);
    wrong ||= path === undefined;
    return path === undefined ? whole : escapePath(path);
  });
  if (wrong) return text;
  // The paths have none left that is not escaped.
  if (!expanded.includes(START)) return expanded;
  context.mistakes.add(
    `A placeholder stands at the beginning of a pattern, before a slash or nothing, unlike in ${quote(text)}`,
    position,
  );
  return text;
}

/** Tells whether an expanded rule is about a place that is not there. */
export function isAboutNothing(rule: string): boolean {
  return rule.includes(` ${NOWHERE}`);
}

function pathOf(name: string, position: Position, { project, mistakes }: ExpandContext): string | undefined {
  const names = profilePlaces.map((known) => `\${${known.name}}`);
  const whole = `\${${name}}`;
  const place = profilePlaces.find((known) => known.name === name);
  if (place === undefined) {
    mistakes.add(
      `Unknown placeholder ${quote(whole)}, expected ${oneOf(names)}${didYouMean(whole, names)}`,
      position,
    );
    return undefined;
  }
  const found = place.find(project);
  if ('path' in found) return found.path;
  mistakes.add(`Placeholder ${quote(whole)} stands for nothing: ${found.problem}`, position);
  return undefined;
}
