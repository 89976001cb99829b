import { ArgdataValueError } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { type Argdata, Fd, Float, Timestamp, toKey } from './value.ts';

/**
 * Makes argdata of ordinary JavaScript values: plain objects become maps with string keys (properties
 * that are `undefined` are left out), `Date` becomes a timestamp, other values stay as they are.
 *
 * @throws {ArgdataValueError} for functions, symbols, `undefined`, foreign objects, and nesting deeper
 *   than {@link MAX_DEPTH} levels (so also for cycles).
 *
 * @example
 * ```ts
 * toArgdata({ port: 80, log: new Fd(1) }); // Map { 'port' => 80, 'log' => Fd { index: 1 } }
 * ```
 */
export function toArgdata(value: unknown): Argdata {
  return convert(value, 0);
}

function convert(value: unknown, depth: number): Argdata {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return value;
    case 'object':
      return value === null ? null : convertObject(value, depth);
    default:
      throw new ArgdataValueError('not-argdata', `It has no type for ${describe(value)}`);
  }
}

function convertObject(value: object, depth: number): Argdata {
  if (value instanceof Uint8Array || value instanceof Float) return value;
  if (value instanceof Timestamp || value instanceof Fd) return value;
  if (value instanceof Date) return fromDate(value);
  if (depth === MAX_DEPTH) {
    throw new ArgdataValueError('too-deep', `Values nest deeper than ${MAX_DEPTH} levels`);
  }
  if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1));
  const map = new Map<Argdata, Argdata>();
  if (value instanceof Map) {
    for (const [key, item] of value) map.set(toKey(convert(key, depth + 1)), convert(item, depth + 1));
    return map;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new ArgdataValueError('not-argdata', `It has no type for ${describe(value)}`);
  }
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) map.set(key, convert(item, depth + 1));
  }
  return map;
}

function fromDate(date: Date): Timestamp {
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) throw new ArgdataValueError('not-argdata', 'A date is invalid');
  return new Timestamp(BigInt(milliseconds) * 1_000_000n);
}

/** Names a value in a message: its class or its type. */
export function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `a value of type ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an object of class ${name}` : 'a foreign object';
}
