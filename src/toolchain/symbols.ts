/** Byte order marks of the kinds of file that a linker takes. */
const WASM = Buffer.from('\0asm\x01\0\0\0', 'latin1');
const ARCHIVE = Buffer.from('!<arch>\n', 'latin1');

/** Flags of a symbol (tool-conventions, Linking.md). */
const LOCAL = 2;
const UNDEFINED = 16;

/**
 * Tells whether an object file or an archive defines a function for other files.
 *
 * @param bytes the file; what is said of broken files does not matter, the linker will refuse them
 * @param name the function's name
 * @returns `undefined` when the file is of another kind, such as LLVM's bitcode
 */
export function definesFunction(bytes: Uint8Array, name: string): boolean | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.includes(name)) return false;
  try {
    if (file.subarray(0, WASM.length).equals(WASM)) return objectDefines(new Reader(file, WASM.length), name);
    if (file.subarray(0, ARCHIVE.length).equals(ARCHIVE)) return archiveDefines(file, name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
  return undefined;
}

/** Asks each member of an archive; one of an unknown kind makes the answer unknown unless another defines it. */
function archiveDefines(file: Buffer, name: string): boolean | undefined {
  let answer: boolean | undefined = false;
  for (let offset = ARCHIVE.length; offset + 60 <= file.length; ) {
    const size = Number.parseInt(file.toString('latin1', offset + 48, offset + 58), 10);
    if (!(size >= 0)) break;
    const member = file.toString('latin1', offset, offset + 16).trimEnd();
    const start = offset + 60;
    // The index of symbols and the table of long names.
    if (!['/', '//', '/SYM64/'].includes(member)) {
      const defines = definesFunction(file.subarray(start, start + size), name);
      if (defines === true) return true;
      if (defines === undefined) answer = undefined;
    }
    offset = start + size + (size % 2);
  }
  return answer;
}

/** Looks through the symbol table in the section `linking` of an object file. */
function objectDefines(reader: Reader, name: string): boolean {
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.number());
    if (id !== 0 || section.name() !== 'linking') continue;
    section.number(); // the version
    while (!section.atEnd) {
      const type = section.byte();
      const table = section.part(section.number());
      if (type === 8 && tableDefines(table, name)) return true;
    }
  }
  return false;
}

function tableDefines(table: Reader, wanted: string): boolean {
  for (let left = table.number(); left > 0; left--) {
    const kind = table.byte();
    const flags = table.number();
    const undefinedHere = (flags & UNDEFINED) !== 0;
    if (kind === 3) {
      table.number(); // a section symbol has an index only
    } else if (kind === 1) {
      const symbol = table.name();
      if (!undefinedHere) for (let i = 0; i < 3; i++) table.number(); // segment, offset, size
      if (symbol === wanted) return false;
    } else {
      table.number(); // the function's, global's, tag's or table's index
      // An import has the name of its import unless the flag says otherwise; we look for definitions.
      const symbol = undefinedHere && (flags & 64) === 0 ? undefined : table.name();
      if (kind === 0 && symbol === wanted && !undefinedHere) return (flags & LOCAL) === 0;
    }
  }
  return false;
}

/** Reads a part of a file from front to back. */
class Reader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** @throws RangeError at the end, as the other methods do */
  byte(): number {
    return this.#bytes.readUInt8(this.#position++);
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError('A number is longer than 32 bits');
  }

  name(): string {
    const part = this.part(this.number());
    return part.#bytes.toString('utf8');
  }

  /** The next bytes as a reader of their own. */
  part(length: number): Reader {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('A part ends beyond the whole');
    const part = new Reader(this.#bytes.subarray(this.#position, end));
    this.#position = end;
    return part;
  }
}
