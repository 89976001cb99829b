import { ModuleError } from './module-error.ts';

/** Bytes before the first section. */
const HEADER = 8;
/** Bytes that 32 bits may take. */
const LONGEST_NUMBER = 5;

/**
 * An unsigned LEB128 number of 32 bits (WebAssembly core specification, 5.2.2) and where it ends.
 *
 * @throws ModuleError
 */
export function readNumber(bytes: Uint8Array, start: number): readonly [value: number, end: number] {
  let value = 0;
  for (let at = start, scale = 1; at < bytes.length && at < start + LONGEST_NUMBER; at++, scale *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80 && value < 2 ** 32) return [value, at + 1];
  }
  throw new ModuleError(
    'malformed_module',
    `The file is no valid WebAssembly module: number at byte ${start} is longer than 32 bits or cut off`,
  );
}

/** The bytes of an unsigned LEB128 number, as few as it takes. */
export function writeNumber(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...writeNumber(Math.floor(value / 128))];
}

/**
 * Finds the end of a LEB128 number of either sign.
 *
 * @param longest Bytes that it may take: 5 for one of 32 or 33 bits, 10 for one of 64.
 * @throws ModuleError
 */
export function skipNumber(bytes: Uint8Array, start: number, longest: number = LONGEST_NUMBER): number {
  for (let at = start; at < bytes.length && at < start + longest; at++) {
    if ((bytes[at] ?? 0) < 0x80) return at + 1;
  }
  throw new ModuleError(
    'malformed_module',
    `The file is no valid WebAssembly module: number at byte ${start} is longer than ${longest} bytes or cut off`,
  );
}

/** First bytes of a reference type that has another one behind it: one that can be null, and one that cannot. */
const REFERENCE_OR_NULL = 0x63;
const REFERENCE = 0x64;

/**
 * Finds the end of a value type, a block type or a heap type (WebAssembly core specification, 5.3): a number, which is
 * negative for the types that have a name.
 *
 * @throws ModuleError
 */
export function skipType(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  return skipNumber(bytes, first === REFERENCE || first === REFERENCE_OR_NULL ? start + 1 : start);
}

/**
 * Finds the length, the content and the end of the section with an id; `undefined` when the module has none.
 *
 * @throws ModuleError
 */
export function findSection(
  bytes: Uint8Array,
  id: number,
): { start: number; content: number; end: number } | undefined {
  for (let at = HEADER; at < bytes.length; ) {
    const [size, content] = readNumber(bytes, at + 1);
    const end = content + size;
    if (bytes[at] === id && end <= bytes.length) return { start: at + 1, content, end };
    at = end;
  }
  return undefined;
}
