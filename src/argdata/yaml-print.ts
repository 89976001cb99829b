import { UNSEEN } from '../text/printable.ts';
import { printDecimal } from './decimal.ts';
import { ArgdataValueError } from './errors.ts';
import { MAX_DEPTH } from './format.ts';
import { describe } from './plain.ts';
import { LONE_SURROGATE } from './surrogate.ts';
import { formatTimestamp } from './time.ts';
import {
  type Argdata,
  type ArgdataMap,
  type ArgdataSeq,
  Fd,
  Float,
  isIntNumber,
  isMap,
  isSeq,
  Timestamp,
} from './value.ts';

/**
 * Prints a tree as YAML that parses back to the same tree: descriptors as `!fd N`, binaries and
 * timestamps with their tags, floats with a point or an exponent, strings quoted where they need it.
 *
 * @returns lines, each ending with a newline.
 * @throws {ArgdataValueError} when the value is not argdata.
 *
 * @example
 * ```ts
 * printYaml(new Map([['log', new Fd(0)]])); // 'log: !fd 0\n'
 * ```
 */
export function printYaml(value: Argdata): string {
  return `${lines(value, 1).join('\n')}\n`;
}

/** The lines of a block node, without their indentation. */
function lines(value: Argdata, depth: number): string[] {
  if (isScalarLike(value)) return [scalarText(value)];
  if (depth > MAX_DEPTH) {
    throw new ArgdataValueError('too-deep', `Values nest deeper than ${MAX_DEPTH} levels`);
  }
  const printed: string[] = [];
  if (isSeq(value)) {
    for (const item of value) append(printed, '- ', lines(item, depth + 1));
    return printed;
  }
  for (const [key, item] of value) {
    if (isImplicitKey(key)) {
      const name = scalarText(key);
      const body = lines(item, depth + 1);
      if (isScalarLike(item)) {
        printed.push(`${name}: ${body[0]}`);
      } else {
        printed.push(`${name}:`);
        for (const line of body) printed.push(`  ${line}`);
      }
    } else {
      append(printed, '? ', lines(key, depth + 1));
      append(printed, ': ', lines(item, depth + 1));
    }
  }
  return printed;
}

/** Appends a block whose first line follows `indicator`, the others indented as far. */
function append(printed: string[], indicator: string, block: readonly string[]): void {
  for (const [index, line] of block.entries()) printed.push(`${index === 0 ? indicator : '  '}${line}`);
}

type ScalarLike = Exclude<Argdata, ArgdataSeq | ArgdataMap>;

/** Says whether a value takes one line: everything but a seq or map with something in it. */
function isScalarLike(value: Argdata): value is ScalarLike {
  if (isSeq(value)) return value.length === 0;
  return !isMap(value) || value.size === 0;
}

/** YAML looks for the colon after a key within 1024 characters only. */
const MAX_IMPLICIT_KEY = 1000;

function isImplicitKey(key: Argdata): key is ScalarLike {
  // Brackets as a key confuse parsers, ours included, where the map starts in a line with other things.
  return !isSeq(key) && !isMap(key) && scalarText(key).length <= MAX_IMPLICIT_KEY;
}

function scalarText(value: Argdata): string {
  switch (typeof value) {
    case 'string':
      return strText(value);
    case 'number':
      return isIntNumber(value) ? String(value) : floatText(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      return printDecimal(value);
    default:
      if (value === null) return 'null';
  }
  if (isMap(value)) return '{}';
  if (isSeq(value)) return '[]';
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Fd) return `!fd ${value.index}`;
  if (value instanceof Timestamp) return `!!timestamp ${formatTimestamp(value)}`;
  if (value instanceof Uint8Array) return `!!binary "${Buffer.from(value).toString('base64')}"`;
  throw new ArgdataValueError('not-argdata', `It has no type for ${describe(value)}`);
}

/** Writes a float so that no one takes it for an int, as YAML's core schema has it. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value < 0 ? '-.inf' : '.inf';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

// Words and paths, and nothing that another YAML parser, 1.1 included, takes for something else.
const PLAIN = /^[A-Za-z_/](?:[\w./@+-]| (?=[\w./@+-]))*$/;
const RESERVED = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

function strText(value: string): string {
  if (PLAIN.test(value) && !RESERVED.test(value)) return value;
  if (LONE_SURROGATE.test(value)) {
    throw new ArgdataValueError('surrogate', 'A string holds a lone surrogate, which UTF-8 does not allow');
  }
  return JSON.stringify(value).replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
