import { findSection, readNumber, skipType, writeNumber } from './binary.ts';
import { END, HAS_MAXIMUM, IS_64_BIT, TABLE_SECTION } from './binary-numbers.ts';
import { skipInstruction } from './instructions.ts';
import { type Edit, edited, resized, vectorSection } from './module-edits.ts';
import { ModuleError } from './module-error.ts';

/** Bytes of the host for an entry of a table (V8 takes 28), and for a table of none. */
const ENTRY = 32;
const TABLE = 256;

/** Tables that take no more are not counted: nearly every program has a small one. */
const UNCOUNTED = 65536;

/** The part of the limit that is kept for tables that can grow. */
const GROWTH = 1 / 16;

const MOST_ENTRIES = 2 ** 32 - 1;

/** First bytes of a table that comes with the value of its entries. */
const WITH_VALUE = 0x40;

/** A table of a module, and where its limits stand. */
type Table = {
  readonly flags: number;
  readonly least: number;
  readonly most: number;
  readonly start: number;
  readonly end: number;
};

/** A module whose tables are bounded, and what they leave of the limit. */
export type LimitedTables = { readonly bytes: Uint8Array; readonly left: number };

/**
 * Rewrites a module so that its tables take a bounded part of its limit of memory: `table.grow` then answers -1.
 *
 * @param limit Bytes for memory and tables together.
 * @param instances The most instances of the module at once, each of which has tables of its own.
 * @throws ModuleError when its tables need more than the limit to begin with, or it is malformed here.
 */
export function limitTables(bytes: Uint8Array, limit: number, instances: number): LimitedTables {
  const tables = readTables(bytes);
  const entries = tables.reduce((sum, { least }) => sum + least, 0);
  const needed = entries * ENTRY + tables.length * TABLE;
  const counted = needed <= UNCOUNTED ? 0 : needed * instances;
  if (counted > limit) {
    throw new ModuleError(
      'memory_limit',
      `The module needs ${counted} bytes for ${tables.length} tables of ${entries} entries to start, more than its limit of ${limit} bytes`,
    );
  }
  const growing = tables.filter(({ least, most }) => most > least);
  const share = ((limit - counted) * GROWTH) / instances / growing.length;
  const more = Math.floor(share / ENTRY);
  let left = limit - counted;
  const edits: Edit[] = [];
  for (const { flags, least, most, start, end } of growing) {
    const growth = Math.min(most - least, more);
    left -= growth * ENTRY * instances;
    const limits = [flags | HAS_MAXIMUM, ...writeNumber(least), ...writeNumber(least + growth)];
    edits.push({ start, end, bytes: limits });
  }
  if (edits.length === 0) return { bytes, left };
  return { bytes: edited(bytes, resized(vectorSection(bytes, TABLE_SECTION), edits)), left };
}

function readTables(module: Uint8Array): readonly Table[] {
  const tables: Table[] = [];
  const section = findSection(module, TABLE_SECTION);
  if (section === undefined) return tables;
  const bytes = module.subarray(0, section.end);
  const [count, first] = readNumber(bytes, section.content);
  let at = first;
  for (let index = 0; index < count; index++) {
    const withValue = bytes[at] === WITH_VALUE;
    const start = skipType(bytes, withValue ? at + 2 : at);
    const flags = bytes[start] ?? 0;
    if (flags & IS_64_BIT) {
      throw new ModuleError(
        'memory_limit',
        'The module has a table with 64-bit indexes, which a memory limit does not support',
      );
    }
    const [least, afterLeast] = readNumber(bytes, start + 1);
    const [most, end] = flags & HAS_MAXIMUM ? readNumber(bytes, afterLeast) : [MOST_ENTRIES, afterLeast];
    tables.push({ flags, least, most, start, end });
    at = withValue ? skipValue(bytes, end) : end;
  }
  return tables;
}

/** Finds the end of a constant's code. */
function skipValue(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] !== END) at = skipInstruction(bytes, at);
  return at + 1;
}
