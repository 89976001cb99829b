import { parseDecimal } from './decimal.ts';
import { encode } from './encode.ts';
import { MAX_DEPTH, MAX_NUMBER_KEYS } from './format.ts';
import { LONE_SURROGATE } from './surrogate.ts';
import { parseTimestamp } from './time.ts';
import { type Argdata, Fd, fromFloat, INVALID_FD, toKey } from './value.ts';

/** A text that is not JSON, or not the JSON of argdata. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code = 'bad-json';
  /** The place in the text, in UTF-16 units from 0. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;

  constructor(message: string, text: string, offset: number) {
    super(message);
    const before = text.slice(0, offset);
    this.offset = offset;
    this.line = before.split('\n').length;
    this.column = offset - before.lastIndexOf('\n');
  }
}

/**
 * Reads JSON as argdata: ints exactly, floats by their point or exponent, objects as maps in their
 * order, and the forms that {@link printJson} writes for what JSON lacks. Duplicate keys are refused.
 *
 * @throws {JsonError}
 *
 * @example
 * ```ts
 * parseJson('{"port": 80, "log": {"$fd": 0}}');
 * ```
 */
export function parseJson(text: string): Argdata {
  return new JsonParser(text).document();
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const FLOATS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

class JsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Argdata {
    const value = this.#value(1);
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw this.#error('Something follows the value, nothing may');
    return value;
  }

  #value(depth: number): Argdata {
    this.#take(SPACE);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#bare();
    }
  }

  /** A number or one of the three words. */
  #bare(): Argdata {
    const start = this.#at;
    const word = this.#take(WORD)?.[0];
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const match = this.#take(NUMBER);
    if (match === undefined) throw this.#error('A JSON value is expected here');
    const isInt = match[1] === undefined && match[2] === undefined;
    const value = isInt ? parseDecimal(match[0]) : fromFloat(Number(match[0]));
    if (value === undefined) throw this.#error('The int has too many digits', start);
    return value;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    for (; this.#text[end] !== '"'; end++) {
      if (this.#text[end] === '\\') end++;
      if (end >= this.#text.length) throw this.#error('The string has no closing quote');
    }
    this.#at = end + 1;
    const literal = this.#text.slice(start, this.#at);
    let value: unknown;
    try {
      value = JSON.parse(literal);
    } catch {
      // Only control characters and unknown escapes are left to be wrong.
    }
    if (typeof value !== 'string') {
      throw this.#error('The string holds a control character or an unknown escape', start);
    }
    if (LONE_SURROGATE.test(value)) {
      throw this.#error('The string holds a lone surrogate, which UTF-8 does not allow', start);
    }
    return value;
  }

  #array(depth: number): Argdata[] {
    const items: Argdata[] = [];
    this.#list(depth, ']', () => items.push(this.#value(depth + 1)));
    return items;
  }

  #object(depth: number): Argdata {
    const start = this.#at;
    const map = new Map<Argdata, Argdata>();
    let special: string | undefined;
    this.#list(depth, '}', () => {
      this.#take(SPACE);
      const at = this.#at;
      if (this.#text[at] !== '"') throw this.#error('A key in quotes is expected here');
      const key = this.#string();
      if (key.startsWith('$')) special = key;
      if (map.has(key)) throw this.#error('The object has this key twice', at);
      this.#take(SPACE);
      if (this.#text[this.#at++] !== ':') throw this.#error("A ':' is expected here", this.#at - 1);
      map.set(key, key === '$map' ? this.#pairs(depth) : this.#value(depth + 1));
    });
    if (special === undefined) return map;
    const value = map.size === 1 ? this.#special(special, map.get(special) ?? null) : undefined;
    if (value === undefined) {
      throw this.#error(
        `The object is none of the forms that start with '$', its key is '${special}'`,
        start,
      );
    }
    return value;
  }

  /** Reads an object with one key that starts with a dollar sign: it stands for another value. */
  #special(key: string, value: Argdata): Argdata | undefined {
    if (key === '$map') return value;
    if (key === '$fd') {
      const index = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INVALID_FD;
      return index ? new Fd(value) : undefined;
    }
    if (typeof value !== 'string') return undefined;
    switch (key) {
      case '$float':
        return FLOATS.get(value);
      case '$timestamp':
        return parseTimestamp(value);
      case '$binary': {
        const bytes = Buffer.from(value, 'base64');
        return bytes.toString('base64') === value ? new Uint8Array(bytes) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Reads the pairs of a map at `depth`: the brackets around them are no levels of the tree. */
  #pairs(depth: number): Argdata {
    const map = new Map<Argdata, Argdata>();
    const keys = new Set<string>();
    let numbers = 0;
    this.#open();
    this.#list(depth, ']', () => {
      this.#open();
      const at = this.#at;
      const pair: Argdata[] = [];
      this.#list(depth, ']', () => pair.push(this.#value(depth + 1)));
      const [key, value] = pair;
      if (key === undefined || value === undefined || pair.length !== 2) {
        throw this.#error("An item of '$map' is an array of a key and a value", at);
      }
      const bytes = Buffer.from(encode(key)).toString('latin1');
      if (keys.size === keys.add(bytes).size) throw this.#error('The map has this key twice', at);
      if ((typeof key === 'number' || typeof key === 'bigint') && ++numbers > MAX_NUMBER_KEYS) {
        throw this.#error(`The map has more than ${MAX_NUMBER_KEYS} keys that are numbers`, at);
      }
      map.set(toKey(key), value);
    });
    return map;
  }

  #open(): void {
    this.#take(SPACE);
    if (this.#text[this.#at] !== '[') throw this.#error("A '[' is expected here, '$map' holds pairs");
  }

  /** Reads the values between brackets, separated by commas. */
  #list(depth: number, close: string, item: () => void): void {
    if (depth > MAX_DEPTH) throw this.#error(`Values nest deeper than ${MAX_DEPTH} levels`);
    this.#at++;
    this.#take(SPACE);
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      this.#take(SPACE);
      const next = this.#text[this.#at];
      if (next !== ',' && next !== close) throw this.#error(`A ',' or a '${close}' is expected here`);
      this.#at++;
      if (next === close) return;
    }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #error(message: string, offset: number = this.#at): JsonError {
    return new JsonError(message, this.#text, offset);
  }
}
