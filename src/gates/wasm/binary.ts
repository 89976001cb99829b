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

/**
 * Where the section with an id starts (at its id byte) and ends; `undefined` when the module has none.
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
    if (bytes[at] === id && end <= bytes.length) return { start: at, content, end };
    at = end;
  }
  return undefined;
}
