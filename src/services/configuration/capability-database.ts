/*
 * Databases of capabilities, such as login.conf(5) of the BSDs: getcap(3), termcap(5). A record is a line, of which a
 * backslash at the end says that it goes on; its fields stand between colons.
 */

/** The value of a capability: true for `name`, false for `name@`, a number for `name#5`, a text for `name=text`. */
export type CapabilityValue = boolean | number | string;

/** A record: the capabilities of one class. */
export type CapabilityRecord = ReadonlyMap<string, CapabilityValue>;

/** Records that include each other, at most; a record that includes itself comes to this. */
const MOST_INCLUDED = 32;

type Field = readonly [name: string, value: CapabilityValue];

/**
 * Reads a database. A field that comes first counts, and those of a record that is included (`tc=NAME`) come last.
 *
 * @returns The records by each of their names.
 * @throws SyntaxError for a record that includes itself, or one that is not there.
 */
export function parseCapabilities(text: string): ReadonlyMap<string, CapabilityRecord> {
  const raw = new Map<string, readonly Field[]>();
  const lines = text.replace(/\\\r?\n[ \t]*/g, '').split(/\r?\n/);
  for (const line of lines) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [names = '', ...fields] = splitFields(line);
    const read = fields.map((field) => field.trim()).filter((field) => field !== '');
    for (const name of names.split('|')) {
      const trimmed = name.trim();
      if (trimmed !== '' && !raw.has(trimmed)) raw.set(trimmed, read.map(readField));
    }
  }
  const found = new Map<string, CapabilityRecord>();
  for (const name of raw.keys()) found.set(name, resolveRecord(raw, name));
  return found;
}

function resolveRecord(raw: ReadonlyMap<string, readonly Field[]>, name: string): CapabilityRecord {
  const record = new Map<string, CapabilityValue>();
  let included = 0;
  const include = (from: string): void => {
    const fields = raw.get(from);
    if (fields === undefined)
      throw new SyntaxError(`Record '${name}' includes '${from}', which is not there`);
    if (++included > MOST_INCLUDED)
      throw new SyntaxError(`Record '${name}' includes more than ${MOST_INCLUDED} records`);
    for (const [key, value] of fields) {
      if (key === 'tc') include(String(value));
      else if (!record.has(key)) record.set(key, value);
    }
  };
  include(name);
  return record;
}

/** Splits at colons; a backslash keeps the next character as it is. */
function splitFields(line: string): readonly string[] {
  return [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map(([, field = '']) => field);
}

function readField(field: string): Field {
  const [, name = field, kind = '', text = ''] = /^([^=#@]*)([=#@])(.*)$/s.exec(field) ?? [];
  switch (kind) {
    case '=':
      return [name, unescapeText(text)];
    case '#':
      return [name, readNumber(text)];
    case '@':
      return [name, false];
    default:
      return [field, true];
  }
}

/** Decimal, octal with a leading zero or hexadecimal; anything else stays a text. */
function readNumber(text: string): CapabilityValue {
  const octal = /^0[0-7]+$/.test(text);
  const value = octal
    ? Number.parseInt(text, 8)
    : /^(?:\d+|0x[\da-f]+)$/i.test(text)
      ? Number(text)
      : Number.NaN;
  return Number.isSafeInteger(value) ? value : text;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['E', '\x1b'],
  ['e', '\x1b'],
  ['c', ':'],
]);

function unescapeText(text: string): string {
  return text.replace(/\\([0-7]{3}|.)/gs, (_, escaped: string) =>
    escaped.length === 3
      ? String.fromCharCode(Number.parseInt(escaped, 8))
      : (ESCAPES.get(escaped) ?? escaped),
  );
}
