import { SHT_SYMTAB, STT_FUNC, SYM_SIZE } from '../linux/elf.ts';
import type { ByteSource } from './byte-source.ts';
import { ElfError } from './elf-error.ts';
import { readHeader } from './header.ts';
import { readSections } from './sections.ts';

/** A function of an image: its addresses count from where the image is loaded. */
export type ElfFunction = { readonly name: string; readonly address: number; readonly size: number };

/** More functions are not read. */
const MOST_SYMBOLS = 200_000;

/** Characters of a name that are read. */
const LONGEST_NAME = 120;

/**
 * Reads the functions of an image from its table of symbols, in the order of their addresses. Any bytes give an answer: none
 * for an image without a table, or with one that cannot be read.
 */
export function readFunctions(source: ByteSource): readonly ElfFunction[] {
  try {
    readHeader(source);
    return functionsIn(source).toSorted((one, other) => one.address - other.address);
  } catch (error) {
    if (error instanceof ElfError) return [];
    throw error;
  }
}

/** Finds the function of an address by halves; `undefined` where there is none. */
export function enclosingFunction(
  functions: readonly ElfFunction[],
  address: number,
): ElfFunction | undefined {
  let from = 0;
  let end = functions.length;
  while (from < end) {
    const middle = (from + end) >> 1;
    if ((functions[middle]?.address ?? 0) <= address) from = middle + 1;
    else end = middle;
  }
  const found = functions[from - 1];
  // Those that are written in assembly have no size.
  return found !== undefined && (found.size === 0 || address < found.address + found.size)
    ? found
    : undefined;
}

function functionsIn(source: ByteSource): ElfFunction[] {
  const sections = readSections(source);
  const table = sections.find(({ type }) => type === SHT_SYMTAB);
  const names = table && sections[table.link];
  if (table === undefined || names === undefined) return [];
  const count = Math.min(Math.floor(table.size / SYM_SIZE), MOST_SYMBOLS);
  return functionsOf(source.read(table.offset, count * SYM_SIZE), source.read(names.offset, names.size));
}

function functionsOf(symbols: Buffer, names: Buffer): ElfFunction[] {
  const found: ElfFunction[] = [];
  for (let at = 0; at < symbols.length; at += SYM_SIZE) {
    const address = Number(symbols.readBigUInt64LE(at + 8));
    if ((symbols.readUInt8(at + 4) & 0xf) !== STT_FUNC || !Number.isSafeInteger(address)) continue;
    const from = symbols.readUInt32LE(at);
    const text = names.subarray(from, from + LONGEST_NAME);
    const end = text.indexOf(0);
    const name = text.toString('latin1', 0, end < 0 ? text.length : end);
    if (name !== '') found.push({ name, address, size: Number(symbols.readBigUInt64LE(at + 16)) });
  }
  return found;
}
