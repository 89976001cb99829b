/** Kinds of relocations in object files of WebAssembly (tool-conventions, Linking.md, `R_WASM_…`), as far as they are used here. */
export const Relocation = {
  functionIndexLeb: 0,
  memoryAddressLeb: 3,
  memoryAddressSleb: 4,
  memoryAddressI32: 5,
  /** The one whose number is no symbol's, but a type's. */
  typeIndexLeb: 6,
  functionOffsetI32: 8,
  sectionOffsetI32: 9,
  memoryAddressRelativeSleb: 11,
  memoryAddressLeb64: 14,
  memoryAddressSleb64: 15,
  memoryAddressI64: 16,
  memoryAddressRelativeSleb64: 17,
  memoryAddressThreadSleb: 21,
  functionOffsetI64: 22,
  memoryAddressPlaceI32: 23,
  memoryAddressThreadSleb64: 25,
} as const;

/** Addresses in memory, and offsets in functions and sections. */
const WITH_ADDEND: ReadonlySet<number> = new Set([
  Relocation.memoryAddressLeb,
  Relocation.memoryAddressSleb,
  Relocation.memoryAddressI32,
  Relocation.functionOffsetI32,
  Relocation.sectionOffsetI32,
  Relocation.memoryAddressRelativeSleb,
  Relocation.memoryAddressLeb64,
  Relocation.memoryAddressSleb64,
  Relocation.memoryAddressI64,
  Relocation.memoryAddressRelativeSleb64,
  Relocation.memoryAddressThreadSleb,
  Relocation.functionOffsetI64,
  Relocation.memoryAddressPlaceI32,
  Relocation.memoryAddressThreadSleb64,
]);

/** Tells whether a number to be added follows the symbol of a relocation. */
export function hasAddend(type: number): boolean {
  return WITH_ADDEND.has(type);
}
