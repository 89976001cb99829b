import { findSection, readNumber } from './binary.ts';
import { ModuleError } from './module-error.ts';

const IMPORT_SECTION = 2;
const PAGE = 65536;
const MOST_PAGES = 65536;

/** Kinds of imports (WebAssembly core specification, 5.5.5). */
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;
const TAG = 4;

/** Flags of limits: with a maximum, shared by threads. */
const HAS_MAXIMUM = 1;
const SHARED = 2;

/** First bytes of a reference type that has another one behind it. */
const LONG_REFERENCES: readonly number[] = [0x63, 0x64];

/** Where programs with threads import their memory from. */
export const MEMORY_IMPORT = { module: 'env', name: 'memory' } as const;

/** The memory that a module wants to be given, in pages of 64 KiB. */
export type ImportedMemory = {
  readonly module: string;
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Whether threads share it. */
  readonly shared: boolean;
};

/**
 * Finds the memory that a module imports; `undefined` when it has its own. The engine does not tell how large it must be.
 *
 * @param bytes A module that the engine has accepted.
 * @throws ModuleError when it is malformed here.
 */
export function importedMemory(bytes: Uint8Array): ImportedMemory | undefined {
  const section = findSection(bytes, IMPORT_SECTION);
  if (section === undefined) return undefined;
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
  const limits = (): { flags: number; least: number; most: number } => {
    const flags = number();
    const least = number();
    return { flags, least, most: flags & HAS_MAXIMUM ? number() : MOST_PAGES };
  };
  const count = number();
  for (let index = 0; index < count; index++) {
    const module = text();
    const name = text();
    const kind = bytes[at++];
    if (kind === FUNCTION) number();
    else if (kind === TABLE) {
      if (LONG_REFERENCES.includes(number())) number();
      limits();
    } else if (kind === MEMORY) {
      const { flags, least, most } = limits();
      return { module, name, least, most, shared: (flags & SHARED) !== 0 };
    } else if (kind === GLOBAL) at += 2;
    else if (kind === TAG) {
      at++;
      number();
    } else throw new ModuleError('malformed_module', `The module has an import of an unknown kind ${kind}`);
  }
  return undefined;
}

/**
 * Makes the memory that a module imports.
 *
 * @param limit Bytes it may have at most; by default what the module asks for.
 * @throws ModuleError when the module needs more than the limit to begin with, or the host has no room.
 */
export function makeMemory({ least, most }: ImportedMemory, limit?: number): WebAssembly.Memory {
  const pages = limit === undefined ? MOST_PAGES : Math.floor(limit / PAGE);
  if (least > pages) {
    throw new ModuleError(
      'memory_limit',
      `The module needs ${least * PAGE} bytes of memory to start, more than its limit of ${limit} bytes`,
    );
  }
  try {
    return new WebAssembly.Memory({ initial: least, maximum: Math.min(most, pages), shared: true });
  } catch {
    throw new ModuleError('memory_limit', `This host has no room for ${most * PAGE} bytes of shared memory`);
  }
}
