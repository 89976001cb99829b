/**
 * Gives each thread an errno of its own in object files that were compiled for one thread: there it is an ordinary
 * variable. An instruction that refers to it becomes a call of a function that sdk/c/threads/errno.c defines. Both have the
 * same operands and the same length, so that no other place in the code moves:
 *
 *     i32.const errno           →  call __errno_location
 *     i32.load offset=errno     →  call cloudabi_errno_load; nop
 *     i32.store offset=errno    →  call cloudabi_errno_store; nop
 *
 * The three functions are appended to the file's types, imports and symbols, and the numbers of its own functions grow by
 * three.
 */
import { ToolchainError } from './errors.ts';
import { ObjectReader } from './object-reader.ts';
import {
  CUSTOM,
  isLinking,
  nameOfSection,
  OBJECT_START,
  type ObjectSection,
  partsOfLinking,
  readObjectSections,
} from './object-sections.ts';
import { DATA_SYMBOL, FUNCTION_SYMBOL, readSymbols, SYMBOL_TABLE, UNDEFINED } from './object-symbols.ts';
import { hasAddend, Relocation } from './relocations.ts';

/** Numbers of sections (WebAssembly core specification, 5.5.2). */
const TYPE = 1;
const IMPORT = 2;
const ELEMENT = 9;
const CODE = 10;

/** Numbers of instructions (5.4). */
const CALL = 0x10;
const NOP = 0x01;
const LOAD = 0x28;
const STORE = 0x36;
const CONST = 0x41;

/** Kinds of imports (5.5.5); one of memory has limits, as one of a table. */
const ImportKind = { function: 0, table: 1, global: 3, tag: 4 } as const;
const HAS_MAXIMUM = 1;

/** A table of COMDAT groups, and the kind of their entries that numbers a function. */
const COMDAT_INFO = 7;
const COMDAT_FUNCTION = 1;

/** First bytes of types (5.3). */
const FUNCTION_TYPE = 0x60;
const I32 = 0x7f;
/** The functions, by the instructions that they stand for, and their types. */
const FUNCTIONS = [
  { instruction: CONST, name: '__errno_location', type: [FUNCTION_TYPE, 0, 1, I32] },
  { instruction: LOAD, name: 'cloudabi_errno_load', type: [FUNCTION_TYPE, 1, I32, 1, I32] },
  { instruction: STORE, name: 'cloudabi_errno_store', type: [FUNCTION_TYPE, 2, I32, I32, 0] },
] as const;

/**
 * Rewrites an object file.
 *
 * @returns undefined for one that does not refer to errno, or defines it
 * @throws ToolchainError `toolchain_broken` for code that refers to it in another way
 */
export function withThreadErrno(object: Buffer): Buffer | undefined {
  const sections = readObjectSections(object);
  const linking = sections.find(isLinking);
  const table = linking && partsOfLinking(linking.bytes).find(({ type }) => type === SYMBOL_TABLE);
  if (table === undefined) return undefined;
  const symbols = readSymbols(new ObjectReader(table.bytes));
  const errno = symbols.findIndex(
    ({ kind, flags, name }) => kind === DATA_SYMBOL && name === 'errno' && (flags & UNDEFINED) !== 0,
  );
  if (errno < 0) return undefined;
  const imports = sections.find(({ id }) => id === IMPORT);
  const types = sections.find(({ id }) => id === TYPE);
  const code = sections.findIndex(({ id }) => id === CODE);
  const codeBytes = sections[code]?.bytes;
  if (imports === undefined || types === undefined || codeBytes === undefined) throw unknown('has no code');
  const counts = {
    types: new ObjectReader(types.bytes).number(),
    functions: importedFunctions(imports.bytes),
  };
  const patched = Buffer.from(codeBytes);
  const rewritten = sections.map(({ id, bytes }): ObjectSection => {
    if (id === TYPE)
      return {
        id,
        bytes: append(
          bytes,
          FUNCTIONS.map(({ type }) => [...type]),
        ),
      };
    if (id === IMPORT) return { id, bytes: append(bytes, importsFrom(counts.types)) };
    if (id === ELEMENT) return { id, bytes: shiftElements(bytes, counts.functions) };
    if (id !== CUSTOM) return { id, bytes };
    const name = nameOfSection(bytes);
    if (name === 'name') throw unknown('names its functions');
    if (name === 'linking') return { id, bytes: rewriteLinking(bytes, counts.functions, symbols.length) };
    if (name.startsWith('reloc.'))
      return { id, bytes: rewriteRelocations(bytes, { errno, code, patched, first: symbols.length }) };
    return { id, bytes };
  });
  const final = rewritten.map((section) => (section.id === CODE ? { id: CODE, bytes: patched } : section));
  return Buffer.concat([
    OBJECT_START,
    ...final.flatMap(({ id, bytes }) => [Buffer.from([id, ...leb(bytes.length)]), bytes]),
  ]);
}

/** Counts the functions among the imports. */
function importedFunctions(section: Buffer): number {
  const reader = new ObjectReader(section);
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === ImportKind.function) {
      functions++;
      reader.number();
    } else if (kind === ImportKind.global) {
      reader.part(2); // a global: its type, and whether it changes
    } else if (kind === ImportKind.tag) {
      reader.byte();
      reader.number(); // a tag: 0, and its type
    } else {
      if (kind === ImportKind.table) reader.byte(); // the type of a table
      const limits = reader.byte();
      reader.number();
      if ((limits & HAS_MAXIMUM) !== 0) reader.number();
    }
  }
  return functions;
}

function importsFrom(firstType: number): number[][] {
  return FUNCTIONS.map(({ name }, index) => [
    ...text('env'),
    ...text(name),
    ImportKind.function,
    ...leb(firstType + index),
  ]);
}

/** Appends entries to a section that begins with their number. */
function append(section: Buffer, entries: readonly (readonly number[])[]): Buffer {
  const reader = new ObjectReader(section);
  const count = reader.number();
  return Buffer.concat([Buffer.from(leb(count + entries.length)), reader.rest, Buffer.from(entries.flat())]);
}

/** Numbers of functions in the table of those that are called by pointer. */
function shiftElements(section: Buffer, imported: number): Buffer {
  const reader = new ObjectReader(section);
  const made = leb(reader.number());
  while (!reader.atEnd) {
    const start = reader.position;
    const flags = reader.number();
    if (flags !== 0 && flags !== 2) throw unknown('has elements of another form');
    if (flags === 2) reader.number();
    if (reader.byte() !== CONST) throw unknown('has elements at a place of another form');
    reader.number();
    reader.byte();
    if (flags === 2) reader.byte();
    made.push(...reader.since(start));
    const count = reader.number();
    made.push(...leb(count));
    for (let i = 0; i < count; i++) made.push(...leb(shifted(reader.number(), imported)));
  }
  return Buffer.from(made);
}

function shifted(index: number, imported: number): number {
  return index < imported ? index : index + FUNCTIONS.length;
}

function rewriteLinking(section: Buffer, imported: number, symbols: number): Buffer {
  const reader = new ObjectReader(section);
  reader.name();
  const version = reader.number();
  const made: Buffer[] = [Buffer.from([...text('linking'), ...leb(version)])];
  for (const { type, bytes } of partsOfLinking(section)) {
    const part: Buffer =
      type === SYMBOL_TABLE
        ? Buffer.from(symbolTable(bytes, imported, symbols))
        : type === COMDAT_INFO
          ? Buffer.from(comdats(bytes, imported))
          : bytes;
    made.push(Buffer.from([type, ...leb(part.length)]), part);
  }
  return Buffer.concat(made);
}

function symbolTable(bytes: Buffer, imported: number, count: number): number[] {
  const made = leb(count + FUNCTIONS.length);
  for (const { kind, flags, index, name, bytes: entry } of readSymbols(new ObjectReader(bytes)))
    if (kind === FUNCTION_SYMBOL && index !== undefined && name !== undefined && (flags & UNDEFINED) === 0)
      made.push(kind, ...leb(flags), ...leb(shifted(index, imported)), ...text(name));
    else made.push(...entry);
  for (const [place] of FUNCTIONS.entries()) made.push(FUNCTION_SYMBOL, UNDEFINED, ...leb(imported + place));
  return made;
}

/** Groups of functions that several files have and one is to be linked of. */
function comdats(bytes: Buffer, imported: number): number[] {
  const reader = new ObjectReader(bytes);
  const groups = reader.number();
  const made = leb(groups);
  for (let group = 0; group < groups; group++) {
    made.push(...text(reader.name()), ...leb(reader.number()));
    const entries = reader.number();
    made.push(...leb(entries));
    for (let entry = 0; entry < entries; entry++) {
      const kind = reader.number();
      const index = reader.number();
      made.push(...leb(kind), ...leb(kind === COMDAT_FUNCTION ? shifted(index, imported) : index));
    }
  }
  return made;
}

/** Turns the relocations of errno in the code to those of functions, and changes the instructions that they belong to. */
function rewriteRelocations(
  section: Buffer,
  { errno, code, patched, first }: { errno: number; code: number; patched: Buffer; first: number },
): Buffer {
  const reader = new ObjectReader(section);
  const name = reader.name();
  const target = reader.number();
  const count = reader.number();
  const made = [...text(name), ...leb(target), ...leb(count)];
  for (let left = count; left > 0; left--) {
    const start = reader.position;
    const type = reader.byte();
    const offset = reader.number();
    const symbol = reader.number();
    if (hasAddend(type)) reader.number();
    if (symbol !== errno || type === Relocation.typeIndexLeb) {
      made.push(...reader.since(start));
      continue;
    }
    if (target !== code) throw unknown('has the address of errno in its data');
    const { at, place } = changeInstruction(patched, type, offset);
    made.push(Relocation.functionIndexLeb, ...leb(at), ...leb(first + place));
  }
  return Buffer.from(made);
}

/**
 * Puts a call in the place of an instruction.
 *
 * @param offset that of its address, which has five bytes
 * @returns the offset of the called function's number, which has five bytes too, and the function's place in {@link FUNCTIONS}
 */
function changeInstruction(code: Buffer, type: number, offset: number): { at: number; place: number } {
  // A load and a store have their alignment before the address.
  const start = type === Relocation.memoryAddressSleb ? offset - 1 : offset - 2;
  const instruction = code.readUInt8(start);
  const place = FUNCTIONS.findIndex((row) => row.instruction === instruction);
  const expected =
    type === Relocation.memoryAddressSleb ? place === 0 : type === Relocation.memoryAddressLeb && place > 0;
  if (!expected) throw unknown(`has the instruction ${instruction} for errno`);
  code.set([CALL, 0x80, 0x80, 0x80, 0x80, 0], start);
  if (place > 0) code.writeUInt8(NOP, start + 6);
  return { at: start + 1, place };
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function text(value: string): number[] {
  return [...leb(Buffer.byteLength(value)), ...Buffer.from(value)];
}

function unknown(what: string): ToolchainError {
  return new ToolchainError(
    'toolchain_broken',
    `Cannot prepare the C library for threads: a part of it ${what}`,
  );
}
