import { printable } from '../text/printable.ts';
import { didYouMean } from '../text/suggest.ts';
import { ShapeError, type ShapePath } from './shape-error.ts';
import { kindOfWire, mapOfWire, Passed, type Wire } from './wire.ts';

export { ShapeError, type ShapePath };

/**
 * The form of a value in messages: reads what a peer sent, and writes what is sent. Documentation and types of the
 * clients come out of it too.
 */
export type WireShape<Value> = {
  /** The form in words, behind "expects": `a text of at most 64 bytes`. */
  readonly words: string;
  /** The type in TypeScript, for documentation. */
  readonly type: string;
  /** Values that tests choose from. */
  readonly samples: readonly Wire[];
  /** True if the key may be missing in a record. */
  readonly optional?: boolean;
  /** @throws ShapeError */
  read(value: Wire, path: ShapePath): Value;
  /** A method, so that a table may hold shapes of all types: each writes what it has read or what its types let in. */
  write(value: Value): Wire;
};

/** The type of the values of a shape. */
export type Shaped<S> = S extends WireShape<infer Value> ? Value : never;

/** The parts of a record. */
export type ShapeFields = Readonly<Record<string, WireShape<unknown>>>;

type OptionalKeys<F> = {
  [K in keyof F]: F[K] extends { readonly optional: true } ? K : never;
}[keyof F];

/** The type of a record with some fields. */
export type ShapedRecord<F> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Shaped<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: Shaped<F[K]> };

function wrong(path: ShapePath, words: string, value: Wire): ShapeError {
  const shown = typeof value === 'string' ? `'${printable(value, 80)}'` : kindOfWire(value);
  return new ShapeError(path, `expects ${words}, not ${shown}`);
}

/** A text without NUL characters. @param most Bytes in UTF-8. */
export function textShape(most: number, samples: readonly string[] = ['a', 'b', '']): WireShape<string> {
  const words = `a text of at most ${most} bytes`;
  return {
    words,
    type: 'string',
    samples,
    read: (value, path) => {
      if (typeof value !== 'string' || Buffer.byteLength(value) > most || value.includes('\0'))
        throw wrong(path, words, value);
      return value;
    },
    write: (value) => value,
  };
}

/** An integer within bounds. */
export function integerShape(least: number, most: number): WireShape<number> {
  const words = `an int from ${least} to ${most}`;
  return {
    words,
    type: 'number',
    samples: [least, Math.min(most, least + 1), most],
    read: (value, path) => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
        throw wrong(path, words, value);
      return value;
    },
    write: (value) => value,
  };
}

/** No value, as the answer of a call that only does something. */
export const nothingShape: WireShape<null> = {
  words: 'nothing',
  type: 'null',
  samples: [null],
  read: (value, path) => {
    if (value !== null) throw wrong(path, 'nothing', value);
    return value;
  },
  write: () => null,
};

/** A bool. */
export const boolShape: WireShape<boolean> = {
  words: 'true or false',
  type: 'boolean',
  samples: [true, false],
  read: (value, path) => {
    if (typeof value !== 'boolean') throw wrong(path, 'true or false', value);
    return value;
  },
  write: (value) => value,
};

/** Bytes. @param most Their greatest number. */
export function bytesShape(most: number): WireShape<Uint8Array> {
  const words = `a binary of at most ${most} bytes`;
  return {
    words,
    type: 'Uint8Array',
    samples: [Uint8Array.of(), Uint8Array.of(1, 2)],
    read: (value, path) => {
      if (!(value instanceof Uint8Array) || value.length > most) throw wrong(path, words, value);
      return value;
    },
    write: (value) => value,
  };
}

/** One of a few names. */
export function choiceShape<const Name extends string>(names: readonly Name[]): WireShape<Name> {
  const words = names.map((name) => `'${name}'`).join(' or ');
  return {
    words,
    type: words,
    samples: names,
    read: (value, path) => {
      const found = names.find((name) => name === value);
      if (found !== undefined) return found;
      const error = wrong(path, words, value);
      throw typeof value === 'string'
        ? new ShapeError(path, `${error.message}${didYouMean(value, names)}`)
        : error;
    },
    write: (value) => value,
  };
}

/** A list. @param most Its greatest length. */
export function listShape<Item>(item: WireShape<Item>, most: number): WireShape<readonly Item[]> {
  const words = `a list of at most ${most} items, each ${item.words}`;
  return {
    words,
    type: item.type.includes(' ') ? `readonly (${item.type})[]` : `readonly ${item.type}[]`,
    samples: [[], item.samples.slice(0, 1), item.samples.slice(0, Math.min(most, 3))],
    read: (value, path) => {
      if (!Array.isArray(value) || value.length > most) throw wrong(path, words, value);
      return value.map((each, index) => item.read(each, [...path, index]));
    },
    write: (value) => value.map(item.write),
  };
}

/** A map from texts to values of one shape. @param most Its greatest size. */
export function mapShape<Item>(
  key: WireShape<string>,
  item: WireShape<Item>,
  most: number,
): WireShape<ReadonlyMap<string, Item>> {
  const words = `a map of at most ${most} entries`;
  const [first, second] = key.samples;
  const sample = (keys: readonly (Wire | undefined)[], value: Wire | undefined): Wire =>
    new Map(keys.flatMap((each) => (each === undefined || value === undefined ? [] : [[each, value]])));
  return {
    words,
    type: `ReadonlyMap<string, ${item.type}>`,
    samples: [
      new Map(),
      ...item.samples.slice(0, 3).map((each) => sample([first], each)),
      sample([first, second], item.samples[0]),
    ],
    read: (value, path) => {
      const map = mapOfWire(value);
      if (map === undefined || map.size > most) throw wrong(path, words, value);
      return new Map(
        [...map].map(([name, each]) => [key.read(name, [...path, name]), item.read(each, [...path, name])]),
      );
    },
    write: (value) => new Map([...value].map(([name, each]) => [name, item.write(each)])),
  };
}

/** A map with named fields, and no others. */
export function recordShape<const F extends ShapeFields>(fields: F): WireShape<ShapedRecord<F>>;
export function recordShape(fields: ShapeFields): WireShape<Readonly<Record<string, unknown>>> {
  const rows = Object.entries(fields);
  const names = rows.map(([name]) => name);
  const full = new Map<Wire, Wire>();
  for (const [name, { samples }] of rows) if (samples[0] !== undefined) full.set(name, samples[0]);
  return {
    words: names.length === 0 ? 'an empty map' : `a map with ${names.map((name) => `'${name}'`).join(', ')}`,
    type:
      rows.length === 0
        ? '{}'
        : `{ ${rows.map(([name, { type, optional }]) => `${name}${optional ? '?' : ''}: ${type}`).join('; ')} }`,
    samples: [full],
    read: (value, path) => {
      const map = mapOfWire(value);
      if (map === undefined) throw wrong(path, 'a map', value);
      for (const name of map.keys())
        if (!names.includes(name))
          throw new ShapeError(
            [...path, name],
            `is unknown, expected ${names.map((known) => `'${known}'`).join(', ') || 'nothing'}${didYouMean(name, names)}`,
          );
      const record: Record<string, unknown> = {};
      for (const [name, shape] of rows) {
        const item = map.get(name);
        if (item !== undefined) record[name] = shape.read(item, [...path, name]);
        else if (shape.optional !== true) throw new ShapeError(path, `lacks '${name}', ${shape.words}`);
      }
      return record;
    },
    write: (value) => {
      const map = new Map<Wire, Wire>();
      for (const [name, shape] of rows) {
        const item = value[name];
        if (item !== undefined) map.set(name, shape.write(item));
      }
      return map;
    },
  };
}

/** A field that may be missing. */
export function optionalShape<Value>(
  shape: WireShape<Value>,
): WireShape<Value> & { readonly optional: true } {
  return { ...shape, optional: true };
}

/** Nothing or a value. */
export function nullableShape<Value>(shape: WireShape<Value>): WireShape<Value | null> {
  return {
    words: `nothing or ${shape.words}`,
    type: `${shape.type} | null`,
    samples: [null, ...shape.samples],
    read: (value, path) => (value === null ? null : shape.read(value, path)),
    write: (value) => (value === null ? null : shape.write(value)),
  };
}

/** A descriptor: a host descriptor that belongs to the receiver. */
export const descriptorShape: WireShape<Passed> = {
  words: 'a descriptor',
  type: 'Passed',
  samples: [],
  read: (value, path) => {
    if (!(value instanceof Passed)) throw wrong(path, 'a descriptor', value);
    return value;
  },
  write: (value) => value,
};

/** Any value without descriptors. */
export const anyShape: WireShape<Wire> = {
  words: 'a value',
  type: 'Wire',
  samples: [null, 1, 'a'],
  read: (value) => value,
  write: (value) => value,
};
