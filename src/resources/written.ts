import { describe } from '../argdata/plain.ts';
import { Float, Timestamp } from '../argdata/value.ts';
import { printable } from '../text/printable.ts';
import type { Position } from './position.ts';
import { Resource } from './resource.ts';

/** A scalar as it was written. */
export type WrittenScalar = null | boolean | number | bigint | string | Uint8Array | Float | Timestamp;

/**
 * The contents of a tag or the arguments of a constructor, as the user wrote them: one form for both, so that each
 * resource has one reader. Only values from a document have positions.
 */
export type Written = { readonly position: Position | undefined } & (
  | { readonly kind: 'scalar'; readonly value: WrittenScalar }
  | { readonly kind: 'seq'; readonly items: readonly Written[] }
  | { readonly kind: 'map'; readonly entries: readonly { readonly key: Written; readonly value: Written }[] }
  | { readonly kind: 'resource'; readonly resource: Resource }
  /** A tagged value that was wrong and has been reported already. */
  | { readonly kind: 'broken'; readonly name: string }
  /** A JavaScript value that no resource has a use for. */
  | { readonly kind: 'other'; readonly name: string }
);

/** Deeper values are not looked at: no resource has an argument that is. */
const MAX_DEPTH = 12;

/** Makes the written form of a constructor's arguments; properties that are `undefined` are left out. */
export function fromArguments(value: unknown, depth = 0): Written {
  const position = undefined;
  if (value === null) return { kind: 'scalar', value, position };
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return { kind: 'scalar', value, position };
    case 'object':
      break;
    default:
      return { kind: 'other', name: describe(value), position };
  }
  if (value instanceof Resource) return { kind: 'resource', resource: value, position };
  if (value instanceof Uint8Array || value instanceof Float || value instanceof Timestamp)
    return { kind: 'scalar', value, position };
  if (depth === MAX_DEPTH) return { kind: 'other', name: 'a value nested too deep', position };
  const each = (item: unknown): Written => fromArguments(item, depth + 1);
  if (Array.isArray(value)) return { kind: 'seq', items: value.map(each), position };
  const pairs: Iterable<[unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  const entries = [...pairs]
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => ({ key: each(key), value: each(item) }));
  return { kind: 'map', entries, position };
}

/** Takes the text of a written string; `undefined` for other values. */
export function textIn(written: Written): string | undefined {
  return written.kind === 'scalar' && typeof written.value === 'string' ? written.value : undefined;
}

/** Names a written value in a message: `a list`, `the int 5`, `'abc'`. */
export function nameWritten(written: Written): string {
  switch (written.kind) {
    case 'seq':
      return 'a list';
    case 'map':
      return 'a map';
    case 'resource':
      return `!${written.resource.kind}`;
    case 'broken':
    case 'other':
      return written.name;
    case 'scalar':
      return nameScalar(written.value);
  }
}

function nameScalar(value: WrittenScalar): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (value instanceof Uint8Array) return 'a binary';
  if (value instanceof Timestamp) return 'a timestamp';
  if (value instanceof Float) return `the float ${value.value}`;
  if (typeof value === 'boolean') return `the bool ${value}`;
  if (typeof value === 'bigint') return 'a very large int';
  return `the ${Number.isSafeInteger(value) ? 'int' : 'float'} ${value}`;
}

/** Longer texts are cut in messages. */
const MAX_QUOTED = 80;

/** Quotes a text for a message: no control characters reach the terminal, and long ones are cut. */
export function quote(text: string): string {
  return `'${printable(text, MAX_QUOTED)}'`;
}
