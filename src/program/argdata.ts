import { decode } from '../argdata/decode.ts';
import { type Argdata, type Fd, Float, Timestamp } from '../argdata/value.ts';
import { type Granted, objectOf } from './objects.ts';
import type { ProgramWorld } from './program-world.ts';

/**
 * A value that a program is handed. Maps with nothing but strings as keys are plain objects, others a `Map`; timestamps
 * are dates, in whole milliseconds; integers beyond 2^53 are `bigint`.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Date
  | Granted
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | { readonly [name: string]: Value };

/** A name that needs no quotes in a place. */
const PLAIN = /^[A-Za-z_][\w-]*$/;

/** Turns encoded argdata into the objects of a program. One descriptor is one object, wherever it stands. */
export function valueFrom(argdata: Uint8Array, world: ProgramWorld): Value {
  const known = new Map<number, Granted>();
  return convert<Fd>(decode(argdata), '', (fd, label) => {
    const object = known.get(fd.index) ?? objectOf({ world, number: fd.index, label });
    known.set(fd.index, object);
    return object;
  });
}

/**
 * Turns a tree of argdata into values of a program.
 *
 * @param leaf Makes the object for a descriptor; its place in the tree is for messages.
 */
export function convert<Leaf extends object>(
  value: Argdata<Leaf>,
  place: string,
  leaf: (value: Leaf, place: string) => Granted,
): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Float) return value.value;
  if (value instanceof Timestamp) return new Date(Number(value.nanoseconds / 1_000_000n));
  if (isSeq(value)) return value.map((item, index) => convert(item, `${place}[${index}]`, leaf));
  if (!isMap(value)) return leaf(value, place === '' ? 'the argument' : place);
  const entries = [...value].map(([key, item]): [Value, Value] => [
    convert(key, `${place}{key}`, leaf),
    convert(item, beneath(place, key), leaf),
  ]);
  if (!entries.every(([key]) => typeof key === 'string')) return new Map(entries);
  const object: { [name: string]: Value } = {};
  for (const [key, item] of entries) {
    // Defined, not assigned: `__proto__` is a name like any other.
    Object.defineProperty(object, String(key), {
      value: item,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function isSeq<Leaf>(value: Argdata<Leaf>): value is Argdata<Leaf>[] {
  return Array.isArray(value);
}

function isMap<Leaf>(value: Argdata<Leaf>): value is Map<Argdata<Leaf>, Argdata<Leaf>> {
  return value instanceof Map;
}

function beneath(place: string, key: unknown): string {
  if (typeof key !== 'string') return `${place}[${typeof key === 'number' ? key : '…'}]`;
  if (!PLAIN.test(key)) return `${place}[${JSON.stringify(key)}]`;
  return place === '' ? key : `${place}.${key}`;
}
