/* Numbers of the binary format of WebAssembly modules (WebAssembly core specification, 5). */

/** Bytes of a page of linear memory: the least that can be mapped. */
export const PAGE = 65536;
/** Pages that a 32-bit memory may have. */
export const MOST_PAGES = 65536;

/** Numbers of sections (5.5.2). */
export const TYPE_SECTION = 1;
export const IMPORT_SECTION = 2;
export const FUNCTION_SECTION = 3;
export const TABLE_SECTION = 4;
export const MEMORY_SECTION = 5;
export const CODE_SECTION = 10;

/** Flags of limits: with a maximum, shared by threads, of 64 bits. */
export const HAS_MAXIMUM = 1;
export const SHARED = 2;
export const IS_64_BIT = 4;

/** First bytes of types (5.3). */
export const FUNCTION_TYPE = 0x60;
export const I32 = 0x7f;
export const I64 = 0x7e;

/** First bytes of instructions (5.4). */
export const END = 0x0b;
export const CALL = 0x10;
export const MEMORY_SIZE = 0x3f;
export const MEMORY_GROW = 0x40;
