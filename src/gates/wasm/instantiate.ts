import { type DirectFace, type DirectFunctions, isDirectFace } from './direct/direct.ts';
import type { Guest, Runnable } from './guest.ts';
import { type AllImports, withMemory } from './imports.ts';

/** An instance of a program's module. */
export type Instance = {
  readonly exports: WebAssembly.Exports;
  /** Lets the calls that need no JavaScript do without it, on the program's memory, which only this thread may have. */
  readonly connect: (memory: WebAssembly.Memory) => void;
};

/** Makes an instance whose frequent calls are made without JavaScript, if the guest has that part of the kernel. */
export function instantiate(guest: Guest, runnable: Runnable, imports: AllImports): Instance {
  const { module } = runnable;
  const isShared = runnable.memory?.buffer instanceof SharedArrayBuffer;
  const direct = isShared ? [] : directFunctions(guest, module, imports);
  const faces = direct.map(([face, functions]) => [face, { ...imports[face], ...functions.imports }]);
  try {
    const mixed = withMemory({ ...imports, ...Object.fromEntries(faces) }, runnable);
    const { exports } = new WebAssembly.Instance(module, mixed);
    return {
      exports,
      connect: (memory) => {
        for (const [, functions] of direct) functions.connect(memory);
      },
    };
  } catch (error) {
    // A module that declares other types than ours gets the engine's conversions: JavaScript takes any type.
    if (direct.length === 0 || !(error instanceof WebAssembly.LinkError)) throw error;
    const { exports } = new WebAssembly.Instance(module, withMemory(imports, runnable));
    return { exports, connect: () => undefined };
  }
}

function directFunctions(
  { direct }: Guest,
  module: WebAssembly.Module,
  imports: AllImports,
): (readonly [DirectFace, DirectFunctions])[] {
  if (direct === undefined) return [];
  const imported = new Set(WebAssembly.Module.imports(module).map(({ module: from }) => from));
  return [...imported]
    .filter(isDirectFace)
    .map((face) => [face, direct.functions(face, imports[face] ?? {})] as const);
}
