import type { ObjectReader } from './object-reader.ts';

/** Kinds of symbols and flags of one, and the part of the section `linking` that has the table (tool-conventions, Linking.md). */
export const FUNCTION_SYMBOL = 0;
export const DATA_SYMBOL = 1;
const SECTION_SYMBOL = 3;
export const LOCAL = 2;
export const UNDEFINED = 16;
const EXPLICIT_NAME = 64;
export const SYMBOL_TABLE = 8;

/** An entry of the table of symbols. */
export type ObjectSymbol = {
  readonly kind: number;
  readonly flags: number;
  /** Its number among those of its kind in the file; undefined for data. */
  readonly index: number | undefined;
  /** Undefined for a section, and for an import that is called as in the table of imports. */
  readonly name: string | undefined;
  /** The bytes of the entry. */
  readonly bytes: Buffer;
};

/** Reads the table of symbols. @throws RangeError when it is damaged */
export function readSymbols(table: ObjectReader): ObjectSymbol[] {
  const symbols: ObjectSymbol[] = [];
  for (let left = table.number(); left > 0; left--) symbols.push(readSymbol(table));
  return symbols;
}

function readSymbol(table: ObjectReader): ObjectSymbol {
  const start = table.position;
  const kind = table.byte();
  const flags = table.number();
  let index: number | undefined;
  let name: string | undefined;
  if (kind === SECTION_SYMBOL) {
    index = table.number();
  } else if (kind === DATA_SYMBOL) {
    name = table.name();
    // Segment, offset and size.
    if ((flags & UNDEFINED) === 0) for (let i = 0; i < 3; i++) table.number();
  } else {
    index = table.number();
    if ((flags & UNDEFINED) === 0 || (flags & EXPLICIT_NAME) !== 0) name = table.name();
  }
  return { kind, flags, index, name, bytes: table.since(start) };
}
