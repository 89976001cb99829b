import { printableJson } from '../text/printable.ts';
import { printDecimal } from './decimal.ts';
import { ArgdataValueError } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { describe } from './plain.ts';
import { LONE_SURROGATE } from './surrogate.ts';
import { formatTimestamp } from './time.ts';
import { type Argdata, type ArgdataMap, Fd, Float, isIntNumber, isMap, isSeq, Timestamp } from './value.ts';

/**
 * Prints a tree as JSON that {@link parseJson} reads back to the same tree. What JSON lacks becomes an
 * object with one key that starts with a dollar sign:
 *
 * | argdata                                     | JSON                                 |
 * | ------------------------------------------- | ------------------------------------ |
 * | int                                         | digits only, as many as it takes     |
 * | float                                       | a number with a point or an exponent |
 * | float NaN, infinities                       | `{"$float": "NaN"}`, `"Infinity"`…   |
 * | binary                                      | `{"$binary": "base64"}`              |
 * | fd                                          | `{"$fd": 0}`                         |
 * | timestamp                                   | `{"$timestamp": "2001-12-14T…Z"}`    |
 * | map whose keys are strings                  | an object, in order                  |
 * | other maps, and those with a key like `$…`  | `{"$map": [[key, value], …]}`        |
 *
 * JSON.parse and most other readers round large ints, take 1.0 for 1 and reorder keys that are digits;
 * {@link parseJson} does not.
 *
 * @throws {ArgdataValueError} when the value is not argdata.
 */
export function printJson(value: Argdata): string {
  return `${print(value, '\n', 1)}\n`;
}

function print(value: Argdata, newline: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      return strText(value);
    case 'number':
      return isIntNumber(value) ? String(value) : floatText(value);
    case 'bigint':
      return printDecimal(value);
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'null';
  }
  if (isSeq(value) || isMap(value)) {
    if (depth > MAX_DEPTH) {
      throw new ArgdataValueError('too-deep', `Values nest deeper than ${MAX_DEPTH} levels`);
    }
    return isSeq(value) ? seqText(value, newline, depth) : mapText(value, newline, depth);
  }
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Fd) return `{"$fd": ${value.index}}`;
  if (value instanceof Timestamp) return `{"$timestamp": "${formatTimestamp(value)}"}`;
  if (value instanceof Uint8Array) return `{"$binary": "${Buffer.from(value).toString('base64')}"}`;
  throw new ArgdataValueError('not-argdata', `It has no type for ${describe(value)}`);
}

function seqText(items: readonly Argdata[], newline: string, depth: number): string {
  return list(
    '[]',
    items.map((item) => print(item, `${newline}  `, depth + 1)),
    newline,
  );
}

function mapText(map: ArgdataMap, newline: string, depth: number): string {
  const indented = `${newline}  `;
  const entries: string[] = [];
  for (const [key, item] of map) {
    if (typeof key !== 'string' || key.startsWith('$')) return pairsText(map, newline, depth);
    entries.push(`${strText(key)}: ${print(item, indented, depth + 1)}`);
  }
  return list('{}', entries, newline);
}

function pairsText(map: ArgdataMap, newline: string, depth: number): string {
  const indented = `${newline}  `;
  const pairs = [...map].map(
    ([key, item]) => `[${print(key, indented, depth + 1)}, ${print(item, indented, depth + 1)}]`,
  );
  return `{"$map": ${list('[]', pairs, newline)}}`;
}

function list(brackets: '[]' | '{}', items: readonly string[], newline: string): string {
  if (items.length === 0) return brackets;
  const indented = `${newline}  `;
  return `${brackets[0]}${indented}${items.join(`,${indented}`)}${newline}${brackets[1]}`;
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return `{"$float": "${value}"}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function strText(value: string): string {
  if (LONE_SURROGATE.test(value)) {
    throw new ArgdataValueError('surrogate', 'A string holds a lone surrogate, which UTF-8 does not allow');
  }
  return printableJson(JSON.stringify(value));
}
