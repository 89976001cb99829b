import { findSection, readNumber, skipType } from './binary.ts';
import { HAS_MAXIMUM, IMPORT_SECTION, MOST_PAGES, PAGE, SHARED } from './binary-numbers.ts';
import { tooMuchMemory } from './memory-limit.ts';
import { ModuleError } from './module-error.ts';
import { storeSize } from './size-word.ts';

/** Kinds of imports (WebAssembly core specification, 5.5.5). */
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;
const TAG = 4;

/** Flags of limits that a memory with 32-bit addresses has. */
export const ORDINARY_LIMITS: number = HAS_MAXIMUM | SHARED;

/** The memory that a module wants to be given, in pages of 64 KiB. */
export type ImportedMemory = {
  readonly module: string;
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** True if threads share it. */
  readonly shared: boolean;
};

/** The memory that a module imports, and where its limits stand. */
export type MemoryImport = ImportedMemory & {
  /** Flags of the limits: `HAS_MAXIMUM` and others. */
  readonly flags: number;
  /** The first byte of the limits and the one behind them. */
  readonly place: readonly [start: number, end: number];
};

/**
 * Reads the imports of a module: the number of functions, and its first memory. The engine does not tell how large that must
 * be.
 *
 * @throws ModuleError when it is malformed here.
 */
export function readImports(module: Uint8Array): {
  readonly functions: number;
  readonly memory: MemoryImport | undefined;
} {
  const section = findSection(module, IMPORT_SECTION);
  let functions = 0;
  let memory: MemoryImport | undefined;
  if (section === undefined) return { functions, memory };
  const bytes = module.subarray(0, section.end);
  let at = section.content;
  const number = (): number => {
    const [value, end] = readNumber(bytes, at);
    at = end;
    return value;
  };
  const text = (): string => {
    const length = number();
    at += length;
    return Buffer.from(bytes.subarray(at - length, at)).toString();
  };
  const limits = (): Pick<MemoryImport, 'flags' | 'least' | 'most'> => {
    const flags = number();
    const least = number();
    return { flags, least, most: flags & HAS_MAXIMUM ? number() : MOST_PAGES };
  };
  const count = number();
  for (let index = 0; index < count; index++) {
    const from = text();
    const name = text();
    const kind = bytes[at++];
    if (kind === FUNCTION) {
      number();
      functions++;
    } else if (kind === TABLE) {
      at = skipType(bytes, at);
      limits();
    } else if (kind === MEMORY) {
      const start = at;
      const found = limits();
      memory ??= {
        ...found,
        module: from,
        name,
        shared: (found.flags & SHARED) !== 0,
        place: [start, at],
      };
    } else if (kind === GLOBAL) at = skipType(bytes, at) + 1;
    else if (kind === TAG) {
      at++;
      number();
    } else throw new ModuleError('malformed_module', `The module has an import of an unknown kind ${kind}`);
  }
  return { functions, memory };
}

/**
 * Makes the memory that a module imports.
 *
 * @param limit Bytes it may have at most, and how many of those the module's tables leave; by default what the module
 *   asks for.
 * @param ceiling Pages, for a module whose growth is fixed (fixed-growth.ts).
 * @throws ModuleError when the module needs more than the limit to begin with, or the host has no room.
 */
export function makeMemory(
  { least, most, shared }: ImportedMemory,
  limit?: { readonly whole: number; readonly left: number },
  ceiling?: number,
): WebAssembly.Memory {
  const pages = limit === undefined ? MOST_PAGES : Math.floor(limit.left / PAGE);
  if (limit !== undefined && least > pages) throw tooMuchMemory(least, limit.whole, limit.left);
  const maximum = ceiling === undefined ? Math.min(most, pages) : ceiling + 1;
  const initial = ceiling === undefined ? least : maximum;
  try {
    const memory = new WebAssembly.Memory({ initial, maximum, shared });
    if (ceiling !== undefined) storeSize(memory, ceiling, least);
    return memory;
  } catch {
    const kind = shared ? 'shared memory' : 'memory';
    throw new ModuleError('memory_limit', `This host has no room for ${most * PAGE} bytes of ${kind}`);
  }
}
