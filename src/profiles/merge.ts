import type { Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { quote, textIn, type Written } from '../resources/written.ts';
import {
  entriesByName,
  GRANTS,
  isNothingWritten,
  mergeOf,
  toMap,
  type WrittenEntries,
  type WrittenEntry,
} from './contents.ts';
import { isSameWritten } from './same.ts';

/**
 * The relation of two contents: the first counts where they differ, as a document does over what it includes; or
 * neither does, as with two profiles, and a difference is a mistake.
 */
export type Precedence = 'first counts' | 'equal';

/**
 * Merges the contents of two `!command`s. Lists are put together: those of the first last, but rules in their order, since the first that matches decides.
 *
 * @param mistakes Gets each difference between equals, at the place of the first, with that of the second.
 */
export function mergeContents(
  first: WrittenEntries,
  second: WrittenEntries,
  precedence: Precedence,
  mistakes: Mistakes,
): WrittenEntries {
  const below = settleGrants(first, second, precedence, mistakes);
  const merged = new Map(below);
  for (const [key, entry] of first) {
    const other = below.get(key);
    const value =
      other === undefined
        ? entry.value
        : new Merge(key, precedence, mistakes).values(entry.value, other.value);
    merged.set(key, { key: entry.key, value });
  }
  return merged;
}

/** Makes sure that one key alone grants a path. */
function settleGrants(
  first: WrittenEntries,
  second: WrittenEntries,
  precedence: Precedence,
  mistakes: Mistakes,
): WrittenEntries {
  const below = new Map(second);
  for (const key of GRANTS) {
    const entry = below.get(key);
    if (entry === undefined) continue;
    const left = new Map(namedIn(key, entry.value));
    for (const [name, { value }] of left)
      for (const other of GRANTS) {
        const found = other === key ? undefined : namedIn(other, first.get(other)?.value).get(name);
        if (found === undefined) continue;
        left.delete(name);
        if (precedence === 'equal')
          reportDifference(`${key}[${JSON.stringify(name)}]`, found.value, value, mistakes);
      }
    if (entry.value.kind === 'map' || entry.value.kind === 'seq')
      below.set(key, { key: entry.key, value: toMap(left, entry.value.position) });
  }
  return below;
}

/** The entries of a map of names; a list of sockets stands for a map of each to itself, one of services for no limits. */
function namedIn(key: string, written: Written | undefined): WrittenEntries {
  if (written === undefined) return new Map();
  if (written.kind !== 'seq' || (key !== 'sockets' && key !== 'services'))
    return entriesByName(written, 'names');
  if (key === 'services')
    return new Map(
      written.items.flatMap((item, index): readonly [string, WrittenEntry][] => {
        const [inner] = item.kind === 'map' && item.entries.length === 1 ? item.entries : [];
        const entry = inner ?? { key: item, value: { kind: 'scalar', value: null, position: item.position } };
        return [[textIn(entry.key) ?? `\0${index}`, entry]];
      }),
    );
  return new Map(
    written.items.map((item, index): [string, WrittenEntry] => [
      textIn(item) ?? `\0${index}`,
      { key: item, value: item },
    ]),
  );
}

class Merge {
  readonly #key: string;
  readonly #precedence: Precedence;
  readonly #mistakes: Mistakes;

  constructor(key: string, precedence: Precedence, mistakes: Mistakes) {
    this.#key = key;
    this.#precedence = precedence;
    this.#mistakes = mistakes;
  }

  values(first: Written, second: Written): Written {
    const manner = mergeOf(this.#key);
    if (manner === 'as a whole')
      return this.#one(this.#key, listed(this.#key, first), listed(this.#key, second));
    const named = manner === 'by name';
    const of = (written: Written): WrittenEntries =>
      named ? namedIn(this.#key, written) : entriesByName(written, 'keys');
    if (isNothingWritten(first) && named) return second;
    if (isNothingWritten(second)) return first;
    const maps = [first, second].every(({ kind }) => kind === 'map' || (named && kind === 'seq'));
    if (!maps) return this.#one(this.#key, first, second);
    const merged = new Map(of(second));
    for (const [name, { key, value }] of of(first)) {
      const other = merged.get(name);
      const shown = named ? `${this.#key}[${JSON.stringify(name)}]` : `${this.#key}.${name}`;
      merged.set(name, { key, value: other === undefined ? value : this.#one(shown, value, other.value) });
    }
    return toMap(merged, first.position ?? second.position);
  }

  /** Makes one value of two: of lists all that they have, else the one that counts. */
  #one(shown: string, first: Written, second: Written): Written {
    if (first.kind === 'seq' && second.kind === 'seq') {
      // The first rule that matches decides.
      if (this.#key === 'rules' || this.#key === 'policy')
        return {
          ...first,
          items: [...first.items, ...second.items.filter((item) => !isIn(first.items, item))],
        };
      const own = first.items.filter((item) => !isIn(second.items, item));
      return { kind: 'seq', items: [...second.items, ...own], position: first.position ?? second.position };
    }
    if (this.#precedence === 'equal' && !isSameWritten(first, second))
      reportDifference(shown, first, second, this.#mistakes);
    return first;
  }
}

/** One text in the place of a list. */
function listed(key: string, written: Written): Written {
  if ((key !== 'env_file' && key !== 'policy') || textIn(written) === undefined) return written;
  return { kind: 'seq', items: [written], position: written.position };
}

function isIn(items: readonly Written[], one: Written): boolean {
  return items.some((other) => isSameWritten(one, other));
}

function reportDifference(shown: string, first: Written, second: Written, mistakes: Mistakes): void {
  mistakes.add(
    () =>
      `Two profiles differ in ${quote(shown)}, here and at ${nameOf(placeOf(second))}; say in the document which counts, or include one of them`,
    placeOf(first),
  );
}

/** The place of a value; of a tag that of the tag itself. */
function placeOf(written: Written): Position | undefined {
  return written.kind === 'resource' ? (written.resource.position ?? written.position) : written.position;
}

function nameOf(position: Position | undefined): string {
  return position === undefined ? 'another place' : `${position.file}:${position.line}:${position.column}`;
}
