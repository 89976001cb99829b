import { printable } from '../../text/printable.ts';
import { type FixedModule, fixGrowth, needsFixedGrowth } from './fixed-growth.ts';
import { type ImportedMemory, type MemoryImport, ORDINARY_LIMITS, readImports } from './imported-memory.ts';
import { limitMemory } from './memory-limit.ts';
import { ModuleError } from './module-error.ts';

export { ModuleError } from './module-error.ts';

/** The engine's own words for the mistake, without its prefix. */
function engineMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return printable(text.replace(/^WebAssembly\.\w+(\(\))?:\s*/, '').replace(/\s+/g, ' '), MESSAGE_LENGTH);
}

/** The most unknown imports that a message names. */
const NAMED = 5;

/** Longest message of the engine that is repeated, in characters. */
const MESSAGE_LENGTH = 400;

/** Longest name that a message repeats, in characters. */
const NAME_LENGTH = 60;

function refuseUnknownImports(
  module: WebAssembly.Module,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  memory: MemoryImport | undefined,
): void {
  const isMemory = ({ module: from, name, kind }: WebAssembly.ModuleImportDescriptor): boolean =>
    kind === 'memory' &&
    memory !== undefined &&
    from === memory.module &&
    name === memory.name &&
    (memory.flags & ~ORDINARY_LIMITS) === 0;
  const unknown = WebAssembly.Module.imports(module).filter(
    (wanted) =>
      !isMemory(wanted) && (wanted.kind !== 'function' || !known.get(wanted.module)?.has(wanted.name)),
  );
  if (unknown.length === 0) return;
  const names = unknown
    .slice(0, NAMED)
    .map(({ module: from, name, kind }) => `${kind} ${printable(`${from}.${name}`, NAME_LENGTH)}`);
  const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : '';
  throw new ModuleError(
    'unknown_import',
    `The module imports ${names.join(', ')}${more}, which no program gets; it may import functions of ${[...known.keys()].join(', ')}, ` +
      'one memory, and functions of an adapter that supplies more (--adapter, or adapter from TypeScript)',
  );
}

/** Properties that a module is checked for besides its imports. */
export type ModuleNeeds = {
  /** It must export `_start`; libraries that something else starts do not. */
  readonly starts: boolean;
  /** Bytes that its memory and its tables may have at most. */
  readonly memoryLimit?: number;
  /** The most threads that it may have if it makes any; one by default. */
  readonly threadLimit?: number;
};

/** A module that can be started. */
export type CompiledModule = {
  readonly module: WebAssembly.Module;
  /** The memory it wants to be given; `undefined` when it has its own. */
  readonly memory: ImportedMemory | undefined;
  /** Pages that this memory has for the program at most, when the module's growth is fixed (fixed-growth.ts). */
  readonly ceiling: number | undefined;
  /** Bytes that it may have at most, and how many of them its tables leave for its memory. */
  readonly limit: { readonly whole: number; readonly left: number } | undefined;
};

/** The module as it must be for this engine; `undefined` when it can stay as it is. */
function fixedForEngine(bytes: Uint8Array, memoryLimit: number | undefined): FixedModule | undefined {
  if (!needsFixedGrowth) return undefined;
  try {
    return fixGrowth(bytes, memoryLimit);
  } catch (error) {
    // The engine explains better what is no module at all.
    if (!WebAssembly.validate(Uint8Array.from(bytes))) return undefined;
    if (!(error instanceof ModuleError)) throw error;
    throw new ModuleError(
      error.code,
      `${error.message}; with threads, such a module needs Node 22 or later, and this is ${process.versions.node}`,
    );
  }
}

/** The module with its memory and tables bounded, and the rest of the limit for a memory that it imports. */
function limited(
  bytes: Uint8Array,
  { memoryLimit, threadLimit = 1 }: ModuleNeeds,
): { readonly bytes: Uint8Array; readonly limit: CompiledModule['limit'] } {
  if (memoryLimit === undefined) return { bytes, limit: undefined };
  try {
    // Only memory that threads share lets a module make any.
    const instances = readImports(bytes).memory?.shared === true ? threadLimit : 1;
    const { bytes: whole, left } = limitMemory(bytes, memoryLimit, instances);
    return { bytes: whole, limit: { whole: memoryLimit, left } };
  } catch (error) {
    if (error instanceof ModuleError && error.code === 'memory_limit') throw error;
    // The engine explains better what is no module at all; a module that only we do not understand cannot be bounded.
    if (!WebAssembly.validate(Uint8Array.from(bytes))) return { bytes, limit: undefined };
    throw error;
  }
}

/**
 * Compiles a module and checks that it can be started: that it imports nothing but the functions we offer and
 * memory that threads share, and has the exports of a program.
 *
 * @param known Function names by import module.
 * @throws ModuleError
 */
export function compileModule(
  bytes: Uint8Array,
  known: ReadonlyMap<string, ReadonlySet<string>>,
  needs: ModuleNeeds,
): CompiledModule {
  const { bytes: bounded, limit } = limited(bytes, needs);
  const fixed = fixedForEngine(bounded, limit?.left);
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(fixed?.bytes ?? bounded);
  } catch (error) {
    throw new ModuleError(
      'malformed_module',
      `The file is no valid WebAssembly module: ${engineMessage(error)}`,
    );
  }
  const { memory } = readImports(bytes);
  refuseUnknownImports(module, known, memory);
  const exported = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  if (needs.starts && exported.get('_start') !== 'function') {
    throw new ModuleError(
      'missing_export',
      'The module exports no function _start, so it is a library and not a program',
    );
  }
  if (memory === undefined && exported.get('memory') !== 'memory') {
    throw new ModuleError(
      'missing_export',
      'The module exports no memory named memory, which every program does',
    );
  }
  return { module, memory, ceiling: fixed?.ceiling, limit };
}
