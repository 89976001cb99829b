import { problem } from './expand.ts';
import type { ParsedText } from './parsed.ts';
import { SLASH, type Token, type Unit } from './token.ts';

/** Reads a pattern without braces, name by name. */
export function parseNames(units: readonly Unit[]): ParsedText<readonly Token[]> {
  const names = split(units);
  const tokens: Token[] = [];
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const first = name[0];
    if (first === undefined) {
      // Before the first slash of an absolute pattern there is nothing.
      if (index === 0 && !last) {
        tokens.push({ kind: 'byte', byte: SLASH });
        continue;
      }
      if (last && index === 1 && names[0]?.length === 0) continue;
      const at = last ? units.at(-1) : units[0];
      const place = { start: at?.start ?? 0, end: units.at(-1)?.end ?? 0 };
      return problem(
        place,
        last
          ? "A pattern does not end with '/'; write '/**' for a directory and all beneath it"
          : "A pattern has an empty name in it: '//'",
      );
    }
    const place = { start: first.start, end: name.at(-1)?.end ?? first.end };
    const plainText = name.map(({ text, plain }) => (plain ? 'x' : text)).join('');
    if (plainText === '**') {
      // Several in a row mean what one means.
      if (tokens.at(-1)?.kind === 'names') tokens.pop();
      if (!last) tokens.push({ kind: 'names' });
      // The slash before it belongs to the rest.
      else if (tokens.pop() === undefined) tokens.push({ kind: 'names' }, { kind: 'any' }, { kind: 'star' });
      else tokens.push({ kind: 'rest' });
      continue;
    }
    if (plainText.includes('**'))
      return problem(
        place,
        "'**' stands in place of a whole name, as in '**/*.log'; within a name, write '*'",
      );
    if (plainText === '.' || plainText === '..')
      return problem(place, `A pattern has no name '${plainText}': it is compared with resolved paths`);
    const read = parseName(name);
    if (read.problem) return read;
    tokens.push(...read.value);
    if (!last) tokens.push({ kind: 'byte', byte: SLASH });
  }
  return { value: tokens };
}

function split(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const names: Unit[][] = [[]];
  for (const unit of units) {
    if (unit.text === '/') names.push([]);
    else names.at(-1)?.push(unit);
  }
  return names;
}

function parseName(name: readonly Unit[]): ParsedText<readonly Token[]> {
  const tokens: Token[] = [];
  for (let at = 0; at < name.length; at++) {
    const unit = name[at];
    if (unit === undefined) break;
    if (unit.plain) tokens.push(...bytesOf(unit));
    else if (unit.text === '*') tokens.push({ kind: 'star' });
    else if (unit.text === '?') tokens.push({ kind: 'any' });
    else if (unit.text === '[') {
      const set = parseSet(name, at);
      if (set.problem) return set;
      tokens.push({ kind: 'set', bytes: set.value.bytes });
      at = set.value.last;
    } else tokens.push(...bytesOf(unit));
  }
  // A name has at least one byte.
  return {
    value: tokens.every(({ kind }) => kind === 'star') ? [{ kind: 'any' }, { kind: 'star' }] : tokens,
  };
}

function bytesOf({ text, byte }: Unit): readonly Token[] {
  if (byte !== undefined) return [{ kind: 'byte', byte }];
  const code = text.charCodeAt(0);
  if (text.length === 1 && code >= 0xdc80 && code <= 0xdcff) return [{ kind: 'byte', byte: code - 0xdc00 }];
  return [...Buffer.from(text)].map((one) => ({ kind: 'byte', byte: one }));
}

type ByteSet = { readonly bytes: readonly number[]; readonly last: number };

/** Reads `[a-z]` or `[!a-z]`; a `]` that comes first is a member, as glob(7) has it. */
function parseSet(name: readonly Unit[], open: number): ParsedText<ByteSet> {
  const opening = name[open] ?? { start: 0, end: 0 };
  const sign = name[open + 1];
  const inverted = sign !== undefined && !sign.plain && (sign.text === '!' || sign.text === '^');
  const first = open + (inverted ? 2 : 1);
  const members = new Set<number>();
  for (let at = first; at < name.length; at++) {
    const unit = name[at];
    if (unit === undefined) break;
    if (!unit.plain && unit.text === ']' && at > first) {
      const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter(
        (byte) => byte !== SLASH && byte !== 0 && members.has(byte) !== inverted,
      );
      if (bytes.length === 0)
        return problem({ start: opening.start, end: unit.end }, 'This set has no byte in it');
      return { value: { bytes, last: at } };
    }
    const low = byteOf(unit);
    const dash = name[at + 1];
    const to = name[at + 2];
    const isRange = dash?.text === '-' && !dash.plain && to !== undefined && (to.plain || to.text !== ']');
    const high = isRange ? byteOf(to) : low;
    if (low === undefined || high === undefined)
      return problem(
        isRange ? { start: unit.start, end: to.end } : unit,
        "'[…]' holds ASCII characters; write '{ä,ö}' for others",
      );
    if (low > high)
      return problem({ start: unit.start, end: to?.end ?? unit.end }, 'This range ends before it begins');
    for (let byte = low; byte <= high; byte++) members.add(byte);
    if (isRange) at += 2;
  }
  return problem(opening, "The bracket '[' is not closed; write '\\[' for the character itself");
}

function byteOf({ text, byte }: Unit): number | undefined {
  if (byte !== undefined) return byte;
  const code = text.charCodeAt(0);
  return text.length === 1 && code < 0x80 ? code : undefined;
}
