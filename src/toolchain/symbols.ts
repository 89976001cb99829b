import { isArchive, readArchive } from './archive.ts';
import { ObjectReader } from './object-reader.ts';
import { isLinking, OBJECT_START, partsOfLinking, readObjectSections } from './object-sections.ts';
import {
  FUNCTION_SYMBOL,
  LOCAL,
  type ObjectSymbol,
  readSymbols,
  SYMBOL_TABLE,
  UNDEFINED,
} from './object-symbols.ts';

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
    if (file.subarray(0, OBJECT_START.length).equals(OBJECT_START))
      return symbolsOf(file).some(
        (symbol) => symbol.kind === FUNCTION_SYMBOL && symbol.name === name && isExternal(symbol),
      );
    if (isArchive(file)) return archiveDefines(file, name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
  return undefined;
}

/** Asks each member of an archive; one of an unknown kind makes the answer unknown unless another defines it. */
function archiveDefines(file: Buffer, name: string): boolean | undefined {
  let answer: boolean | undefined = false;
  for (const { bytes } of readArchive(file)) {
    const defines = definesFunction(bytes, name);
    if (defines === true) return true;
    if (defines === undefined) answer = undefined;
  }
  return answer;
}

/** Lists the symbols that an object file defines for other files. @throws RangeError when it is damaged */
export function definedSymbols(object: Buffer): string[] {
  return symbolsOf(object).flatMap((symbol) =>
    symbol.name !== undefined && isExternal(symbol) ? [symbol.name] : [],
  );
}

function isExternal({ flags }: ObjectSymbol): boolean {
  return (flags & (UNDEFINED | LOCAL)) === 0;
}

/** Reads the symbols of an object file, which are in its section `linking`. */
function symbolsOf(file: Buffer): ObjectSymbol[] {
  return readObjectSections(file)
    .filter(isLinking)
    .flatMap(({ bytes }) => partsOfLinking(bytes))
    .flatMap(({ type, bytes }) => (type === SYMBOL_TABLE ? readSymbols(new ObjectReader(bytes)) : []));
}
