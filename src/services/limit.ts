import { isDeepStrictEqual } from 'node:util';
import { didYouMean } from '../text/suggest.ts';
import { ServiceError } from './service-error.ts';
import {
  choiceShape,
  listShape,
  mapShape,
  type Shaped,
  ShapeError,
  type ShapePath,
  type WireShape,
} from './shape.ts';
import { mapOfWire, type Wire } from './wire.ts';

/**
 * One aspect of the limits of a service: a shape, and the order in which its values are narrower or wider. Without a
 * value, an aspect is unrestricted, unless it is `needed`.
 */
export type Limit<Value> = WireShape<Value> & {
  /** One sentence for documentation. */
  readonly about: string;
  /** True if a grant has to name it, because the service serves nothing without. */
  readonly needed?: boolean;
  /** True if only a grant names it: a channel keeps what it has, also where that is nothing. */
  readonly fixed?: boolean;
  /** Tells whether `inner` allows nothing that `outer` does not. It is reflexive and transitive. */
  covers(outer: Value, inner: Value): boolean;
};

/** The aspects of the limits of a service, by name. */
export type ServiceLimitTable = Readonly<Record<string, Limit<unknown>>>;

/** The limits of a channel: the value of each aspect; `undefined` for an unrestricted one. */
export type LimitsOf<T> = {
  readonly [K in keyof T]: T[K] extends { readonly needed: true } ? Shaped<T[K]> : Shaped<T[K]> | undefined;
};

/** Limits of a service of which only the table is known. */
export type SomeLimits = Readonly<Record<string, unknown>>;

/** A limit that a grant has to name. */
export function needed<Value>(limit: Limit<Value>): Limit<Value> & { readonly needed: true } {
  return { ...limit, needed: true };
}

/** A setting that a grant makes once and for all: no channel changes it. */
export function fixedLimit<Value>(about: string, shape: WireShape<Value>): Limit<Value> {
  return { ...shape, about, fixed: true, covers: (outer, inner) => isDeepStrictEqual(outer, inner) };
}

/** A list of which each item stands for itself: the narrower one has a part of the items. */
export function setLimit<Item>(
  about: string,
  item: WireShape<Item>,
  { most = 256, covers = (outer, inner) => outer === inner }: SetLimitOptions<Item> = {},
): Limit<readonly Item[]> {
  return {
    ...listShape(item, most),
    about,
    covers: (outer, inner) => inner.every((each) => outer.some((kept) => covers(kept, each))),
  };
}

/** Options of `setLimit`. */
export type SetLimitOptions<Item> = {
  /** The greatest length; 256 by default. */
  readonly most?: number;
  /** Tells whether an item of the wider list allows all that one of the narrower list does; by default `===`. */
  readonly covers?: (outer: Item, inner: Item) => boolean;
};

/** A list of a few names. */
export function choicesLimit<const Name extends string>(
  about: string,
  names: readonly Name[],
): Limit<readonly Name[]> {
  return setLimit(about, choiceShape(names), { most: names.length });
}

/** A greatest number: the narrower one is smaller. */
export function mostLimit(about: string, shape: WireShape<number>): Limit<number> {
  return { ...shape, about, covers: (outer, inner) => inner <= outer };
}

/** A permission: false is narrower. */
export function permissionLimit(about: string, shape: WireShape<boolean>): Limit<boolean> {
  return { ...shape, about, covers: (outer, inner) => outer || !inner };
}

/** A map from names to limits: the narrower one has a part of the names, with narrower limits each. */
export function mapLimit<Value>(
  about: string,
  key: WireShape<string>,
  value: Pick<Limit<Value>, 'covers'> & WireShape<Value>,
  most = 256,
): Limit<ReadonlyMap<string, Value>> {
  return {
    ...mapShape(key, value, most),
    about,
    covers: (outer, inner) =>
      [...inner].every(([name, each]) => {
        const kept = outer.get(name);
        return kept !== undefined && value.covers(kept, each);
      }),
  };
}

/**
 * Reads limits as a grant has them.
 *
 * @param value A map, or nothing for no limits.
 * @throws ShapeError
 */
export function readServiceLimits(table: ServiceLimitTable, value: Wire, path: ShapePath = []): SomeLimits {
  const asked = readAsked(table, value, path);
  const limits: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(table)) {
    if (row.needed === true && !asked.has(name)) throw new ShapeError(path, `lacks '${name}', ${row.words}`);
    limits[name] = asked.get(name);
  }
  return limits;
}

function readAsked(table: ServiceLimitTable, value: Wire, path: ShapePath): ReadonlyMap<string, unknown> {
  const map = value === null ? new Map<string, Wire>() : mapOfWire(value);
  if (map === undefined) throw new ShapeError(path, 'expects a map of limits');
  const rows = new Map(Object.entries(table));
  const asked = new Map<string, unknown>();
  for (const [name, item] of map) {
    const row = rows.get(name);
    if (row === undefined) {
      const names = [...rows.keys()];
      const known =
        names.length === 0 ? 'it has no limits' : `expected ${names.map((each) => `'${each}'`).join(', ')}`;
      throw new ShapeError([...path, name], `is no limit: ${known}${didYouMean(name, names)}`);
    }
    asked.set(name, row.read(item, [...path, name]));
  }
  return asked;
}

/**
 * Narrows limits. Aspects that are not named stay as they are.
 *
 * @returns The new limits.
 * @throws ServiceError `ENOTCAPABLE` if one would be wider, ShapeError for values of another form.
 */
export function narrowLimits(table: ServiceLimitTable, limits: SomeLimits, value: Wire): SomeLimits {
  const asked = readAsked(table, value, []);
  const narrowed: Record<string, unknown> = { ...limits };
  for (const [name, row] of Object.entries(table)) {
    if (!asked.has(name)) continue;
    const before = limits[name];
    const next = asked.get(name);
    if (
      row.fixed === true
        ? !isDeepStrictEqual(before, next)
        : before !== undefined && !row.covers(before, next)
    )
      throw new ServiceError('ENOTCAPABLE', `'${name}' would allow more than the channel has`);
    narrowed[name] = next;
  }
  return narrowed;
}

/** Tells whether limits allow nothing that others do not. */
export function coversLimits(table: ServiceLimitTable, outer: SomeLimits, inner: SomeLimits): boolean {
  return Object.entries(table).every(([name, row]) => {
    const before = outer[name];
    const next = inner[name];
    if (row.fixed === true) return isDeepStrictEqual(before, next);
    return before === undefined || (next !== undefined && row.covers(before, next));
  });
}

/** Writes limits as they are read: unrestricted aspects are left out. */
export function writeServiceLimits(table: ServiceLimitTable, limits: SomeLimits): Wire {
  const map = new Map<Wire, Wire>();
  for (const [name, row] of Object.entries(table)) {
    const value = limits[name];
    if (value !== undefined) map.set(name, row.write(value));
  }
  return map;
}
