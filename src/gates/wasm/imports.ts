import { CLOUDABI_MODULE, cloudabiImports } from './cloudabi/index.ts';
import type { Guest, Imports, Runnable } from './guest.ts';
import { PROGRAM_MODULE, programImports } from './program-imports.ts';
import { THREADS_MODULE, threadImports } from './thread-spawn.ts';
import { dialects, wasiImports } from './wasi/index.ts';

/** Import functions of any origin, by import module. */
export type AllImports = Record<string, Record<string, (...values: never[]) => unknown>>;

/** Everything a module may import; an adapter adds import modules and cannot replace ours. */
export function importsFor(guest: Guest, added: AllImports = {}): AllImports {
  const wasi = dialects.map((dialect): [string, Imports] => [dialect.module, wasiImports(guest, dialect)]);
  return {
    ...added,
    ...Object.fromEntries(wasi),
    [CLOUDABI_MODULE]: cloudabiImports(guest),
    [PROGRAM_MODULE]: programImports(guest),
    [THREADS_MODULE]: threadImports(guest),
  };
}

/** Functions for a module, and the memory that it imports, under the names that it uses. */
export function withMemory(
  imports: AllImports,
  { memory, memoryImport }: Pick<Runnable, 'memory' | 'memoryImport'>,
): WebAssembly.Imports {
  if (memory === undefined || memoryImport === undefined) return imports;
  const { module, name } = memoryImport;
  return { ...imports, [module]: { ...imports[module], [name]: memory } };
}

/** The names of imports. */
export function importNames(imports: AllImports): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries(imports).map(([module, functions]) => [module, new Set(Object.keys(functions))]),
  );
}

/**
 * The same functions for a thread among others: a call holds the descriptors that it uses until its end.
 */
export function endingCalls(imports: AllImports, { process }: Guest): AllImports {
  const { descriptors } = process;
  const wrap = (call: (...values: never[]) => unknown): ((...values: never[]) => unknown) => {
    return (...values) => {
      const result = call(...values);
      descriptors.endCall();
      return result;
    };
  };
  return Object.fromEntries(
    Object.entries(imports).map(([module, functions]) => [
      module,
      Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, wrap(call)])),
    ]),
  );
}
