import { findSection, readNumber, writeNumber } from './binary.ts';
import { edited, resized } from './module-edits.ts';
import { ModuleError } from './module-error.ts';

const MEMORY_SECTION = 5;
const PAGE = 65536;
const HAS_MAXIMUM = 1;
const IS_64_BIT = 4;

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
  const limits = [flags | HAS_MAXIMUM, ...writeNumber(least), ...writeNumber(Math.min(most, pages))];
  return edited(bytes, resized(section, [{ start: first, end: rest, bytes: limits }]));
}
