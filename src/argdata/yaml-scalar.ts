// The meaning of scalars in the YAML 1.2 core schema, plus the binary and timestamp types.
import { isPrintable, MAX_DIGITS, parseDecimal } from './decimal.ts';
import { parseTimestamp } from './time.ts';
import { type Float, fromFloat, fromInt } from './value.ts';
import type { YamlScalar } from './yaml-node.ts';

/** A scalar before it is given its place. */
export type ScalarValue = YamlScalar extends infer Each
  ? Each extends YamlScalar
    ? Omit<Each, 'span'>
    : never
  : never;

/** The prefix of the tags that YAML itself defines. */
export const YAML_TAG = 'tag:yaml.org,2002:';

const NULL = /^(?:null|Null|NULL|~|)$/;
const BOOL = /^(?:true|True|TRUE|false|False|FALSE)$/;
const DECIMAL = /^[-+]?[0-9]+$/;
const OTHER_INT = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITY = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Resolves a scalar that has no tag and no quotes.
 *
 * @returns A string that says why when it is none.
 */
export function plainScalar(text: string): ScalarValue | string {
  // Nearly everything is a word, and no word that starts like this is anything but a string.
  if (/^[A-Za-z_/]/.test(text) && !NULL.test(text) && !BOOL.test(text)) return { kind: 'str', value: text };
  if (NULL.test(text)) return { kind: 'null', value: null };
  if (BOOL.test(text)) return { kind: 'bool', value: text.length === 4 };
  const int = intOf(text);
  if (typeof int === 'string') return int;
  if (int !== undefined) return { kind: 'int', value: int };
  const float = floatOf(text);
  if (float !== undefined) return { kind: 'float', value: float };
  return { kind: 'str', value: text };
}

/**
 * Resolves a scalar with one of YAML's own tags.
 *
 * @param type the tag without its prefix.
 * @returns `undefined` when there is no such type here; a string that says why when the text is not one.
 */
export function typedScalar(type: string, text: string): ScalarValue | string | undefined {
  const parse = TYPES[type];
  if (parse === undefined || !Object.hasOwn(TYPES, type)) return undefined;
  return parse(text) ?? `Tag '!!${type}' does not fit the text '${abbreviate(text)}'`;
}

const TYPES: { readonly [type: string]: (text: string) => ScalarValue | string | undefined } = {
  null: (text) => (NULL.test(text) ? { kind: 'null', value: null } : undefined),
  bool: (text) => (BOOL.test(text) ? { kind: 'bool', value: text.length === 4 } : undefined),
  str: (text) => ({ kind: 'str', value: text }),
  int: (text) => {
    const value = intOf(text);
    return value === undefined || typeof value === 'string' ? value : { kind: 'int', value };
  },
  float: (text) => {
    const value = floatOf(text);
    return value === undefined ? undefined : { kind: 'float', value };
  },
  binary: (text) => {
    const digits = text.replace(/[ \t\r\n]+/g, '');
    return BASE64.test(digits)
      ? { kind: 'binary', value: new Uint8Array(Buffer.from(digits, 'base64')) }
      : undefined;
  },
  timestamp: (text) => {
    const value = parseTimestamp(text);
    return value === undefined ? undefined : { kind: 'timestamp', value };
  },
};

/** @returns A string that says why when the text is an int that is too large. */
function intOf(text: string): number | bigint | string | undefined {
  const isDecimal = DECIMAL.test(text);
  if (!isDecimal && !OTHER_INT.test(text)) return undefined;
  const value = isDecimal ? parseDecimal(text) : fromInt(BigInt(text));
  if (value !== undefined && isPrintable(value)) return value;
  return `The int has more than ${MAX_DIGITS} digits`;
}

function floatOf(text: string): number | Float | undefined {
  if (INFINITY.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (NOT_A_NUMBER.test(text)) return Number.NaN;
  return FLOAT.test(text) ? fromFloat(Number(text)) : undefined;
}

/** Shortens a text for a message. */
export function abbreviate(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
