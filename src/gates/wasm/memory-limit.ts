import { findSection, readNumber, writeNumber } from './binary.ts';
import { HAS_MAXIMUM, IS_64_BIT, MEMORY_SECTION, PAGE, TYPE_SECTION } from './binary-numbers.ts';
import { otherType } from './function-types.ts';
import { edited, resized, vectorSection } from './module-edits.ts';
import { ModuleError } from './module-error.ts';
import { limitTables } from './table-limit.ts';

/** A module that takes no more memory than it may, and the rest of that for a memory that it imports. */
export type LimitedModule = { readonly bytes: Uint8Array; readonly left: number };

/**
 * Rewrites a module so that its memory and its tables can never grow beyond a limit: `memory.grow` and `table.grow`
 * then answer -1, which C libraries turn into a failed malloc, instead of the whole process dying.
 *
 * @param limit Bytes.
 * @param instances The most instances of the module at once: one for each thread.
 * @throws ModuleError when the module needs more than the limit to begin with, can allocate in another way, or is
 * malformed here.
 */
export function limitMemory(bytes: Uint8Array, limit: number, instances = 1): LimitedModule {
  const types = findSection(bytes, TYPE_SECTION) && vectorSection(bytes, TYPE_SECTION);
  if (types !== undefined && otherType(bytes, types) !== undefined) {
    throw new ModuleError(
      'memory_limit',
      'The module has types of objects that the engine collects, which a memory limit does not support',
    );
  }
  const tables = limitTables(bytes, limit, instances);
  return { bytes: limitOwnMemory(tables.bytes, limit, tables.left), left: tables.left };
}

/** @param left Bytes of the limit that the tables leave. */
function limitOwnMemory(bytes: Uint8Array, limit: number, left: number): Uint8Array {
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
  const pages = Math.floor(left / PAGE);
  if (least > pages) throw tooMuchMemory(least, limit, left);
  const limits = [flags | HAS_MAXIMUM, ...writeNumber(least), ...writeNumber(Math.min(most, pages))];
  return edited(bytes, resized(section, [{ start: first, end: rest, bytes: limits }]));
}

/**
 * The error for a module that needs more memory than it may have.
 *
 * @param least Pages that it needs to start.
 * @param left Bytes of the limit that its tables leave.
 */
export function tooMuchMemory(least: number, limit: number, left: number): ModuleError {
  const tables = left < limit ? `, of which its tables leave ${left}` : '';
  return new ModuleError(
    'memory_limit',
    `The module needs ${least * PAGE} bytes of memory to start, more than its limit of ${limit} bytes${tables}`,
  );
}
