import { ModuleError } from './module-error.ts';

const HEADER = 8;
const MEMORY_SECTION = 5;
const PAGE = 65536;
/** Bytes that 32 bits may take. */
const LONGEST_NUMBER = 5;
const HAS_MAXIMUM = 1;
const IS_64_BIT = 4;

/** An unsigned LEB128 number of 32 bits (WebAssembly core specification, 5.2.2) and where it ends. */
function readNumber(bytes: Uint8Array, start: number): readonly [value: number, end: number] {
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

function writeNumber(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...writeNumber(Math.floor(value / 128))];
}

/** Where the section with an id starts (at its id byte) and ends; `undefined` when the module has none. */
function findSection(
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

/**
 * Rewrites a module so that its memory can never grow beyond a limit: `memory.grow` then answers -1, which C
 * libraries turn into a failed malloc, instead of the whole process dying.
 *
 * @param limit Bytes.
 * @throws ModuleError when the module needs more than the limit to begin with, or is malformed here.
 */
export function limitMemory(bytes: Uint8Array, limit: number): Uint8Array {
  const section = findSection(bytes, MEMORY_SECTION);
  if (section === undefined) return bytes;
  // Numbers end within their section: the rewritten module is valid only if the original is.
  const memories = bytes.subarray(0, section.end);
  const [count, first] = readNumber(memories, section.content);
  if (count === 0) return bytes;
  const flags = bytes[first] ?? 0;
  if (count > 1 || flags & IS_64_BIT) {
    throw new ModuleError(
      'memory_limit',
      'The module has several memories or a 64-bit one, which a memory limit does not support',
    );
  }
  const [least, afterLeast] = readNumber(memories, first + 1);
  const [most, rest] = flags & HAS_MAXIMUM ? readNumber(memories, afterLeast) : [65536, afterLeast];
  const pages = Math.floor(limit / PAGE);
  if (least > pages) {
    throw new ModuleError(
      'memory_limit',
      `The module needs ${least * PAGE} bytes of memory to start, more than its limit of ${limit} bytes`,
    );
  }
  const content = [
    ...writeNumber(count),
    flags | HAS_MAXIMUM,
    ...writeNumber(least),
    ...writeNumber(Math.min(most, pages)),
    ...bytes.subarray(rest, section.end),
  ];
  const head = [MEMORY_SECTION, ...writeNumber(content.length), ...content];
  const result = new Uint8Array(section.start + head.length + bytes.length - section.end);
  result.set(bytes.subarray(0, section.start));
  result.set(head, section.start);
  result.set(bytes.subarray(section.end), section.start + head.length);
  return result;
}
