import type { PatternSet } from '../../policy/pattern-set.ts';
import type { Wire } from '../wire.ts';

/** The steps to a value: keys of maps and places in lists. */
export type Steps = readonly (string | number)[];

/** Writes steps as a path: a slash or a percent sign in a key is escaped as in an address. */
export function pathOf(steps: Steps): string {
  return steps
    .map((step) => String(step).replace(/[%/]/g, (character) => (character === '/' ? '%2F' : '%25')))
    .join('/');
}

/** The values of a tree that a channel can see. */
export class VisibleTree {
  readonly #keys: PatternSet | undefined;
  readonly #except: PatternSet | undefined;

  /** @param except Hides a value with all beneath it. */
  constructor(keys: PatternSet | undefined, except: PatternSet | undefined) {
    this.#keys = keys;
    this.#except = except;
  }

  /** Gives the value at some steps without what is hidden; `undefined` if nothing of it is left. */
  at(tree: Wire, steps: Steps): Wire | undefined {
    let value: Wire | undefined = tree;
    const walked: (string | number)[] = [];
    for (const step of steps) {
      value = childOf(value, step);
      if (value === undefined) return undefined;
      walked.push(step);
      if (this.#isHidden(walked)) return undefined;
    }
    return this.#prune(value, walked);
  }

  #prune(value: Wire, steps: Steps): Wire | undefined {
    const path = pathOf(steps);
    const isShown = this.#keys?.matches(path) ?? true;
    if (value instanceof Map) {
      if (!isShown && !this.#leadsOn(path)) return undefined;
      const kept = [...value].flatMap(([key, item]): [Wire, Wire][] => {
        // Other keys cannot be named by a pattern.
        if (typeof key !== 'string') return isShown && this.#keys === undefined ? [[key, item]] : [];
        const left = this.#child(item, [...steps, key]);
        return left === undefined ? [] : [[key, left]];
      });
      return kept.length > 0 || (isShown && value.size === 0) ? new Map(kept) : undefined;
    }
    if (Array.isArray(value)) {
      if (!isShown && !this.#leadsOn(path)) return undefined;
      const kept = value.flatMap((item, index) => this.#child(item, [...steps, index]) ?? []);
      const left = value.map((item, index) => this.#child(item, [...steps, index]));
      // A place that is hidden is null, so that the others stay where they are.
      return kept.length > 0 || (isShown && value.length === 0)
        ? left.map((item) => item ?? null)
        : undefined;
    }
    return isShown ? value : undefined;
  }

  #child(value: Wire, steps: Steps): Wire | undefined {
    return this.#isHidden(steps) ? undefined : this.#prune(value, steps);
  }

  #leadsOn(path: string): boolean {
    return this.#keys?.reaches(path) ?? true;
  }

  #isHidden(steps: Steps): boolean {
    return this.#except?.matches(pathOf(steps)) ?? false;
  }
}

function childOf(value: Wire | undefined, step: string | number): Wire | undefined {
  if (value instanceof Map) return value.get(step);
  return Array.isArray(value) && typeof step === 'number' ? value[step] : undefined;
}

/** Puts a tree over another: maps are joined key by key, and anything else of `upper` replaces what is below. */
export function mergeTrees(lower: Wire, upper: Wire): Wire {
  if (!(lower instanceof Map) || !(upper instanceof Map)) return upper;
  const merged = new Map(lower);
  for (const [key, item] of upper) {
    const below = merged.get(key);
    merged.set(key, below === undefined ? item : mergeTrees(below, item));
  }
  return merged;
}
