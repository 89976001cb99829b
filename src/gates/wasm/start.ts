import type { Descriptor } from '../../kernel/descriptors.ts';
import { confine, type Mechanism } from '../confinement.ts';
import { newProcess, type Refusal, useful } from '../new-process.ts';
import { CLOUDABI_MODULE, cloudabiImports } from './cloudabi/index.ts';
import type { Guest, Imports } from './guest.ts';
import { GuestMemory } from './memory.ts';
import { compileModule } from './module.ts';
import { printable } from './printable.ts';
import { PROGRAM_MODULE, programImports } from './program-imports.ts';
import { dialects, wasiImports } from './wasi/index.ts';

export type { Refusal };

/** Functions that a module exports, and its memory. */
export type WasmExports = Readonly<Record<string, unknown>>;

/**
 * JavaScript between a module and its start, for modules that need more than WASI: functions they import beside it,
 * or another way to start than `_start`. `start` and the import functions run in the
 * confined process and can reach no more than the module; what the adapter does before, while it is loaded and in
 * `imports` itself, is not confined.
 */
export type WasmAdapter = {
  /** Functions by import module; `exports` gives what the module exports once it has been instantiated. */
  readonly imports?: (
    exports: () => WasmExports,
  ) => Record<string, Record<string, (...values: never[]) => unknown>>;
  /** Starts the program and returns its exit code when it has ended; `proc_exit` ends it from within. */
  readonly start: (exports: WasmExports, programArguments: readonly string[]) => number;
};

/** What a WebAssembly program is started with. Whatever is left out, it does not have. */
export type WasmStart = {
  /** The module's bytes. */
  readonly module: Uint8Array;
  /** Encoded argdata; its descriptors are indexes into `descriptors`. */
  readonly argdata: Uint8Array;
  /** The process's descriptors; the number of each is its index. They belong to the process from now on. */
  readonly descriptors: readonly Descriptor[];
  /** For programs that expect a UNIX world. */
  readonly command?: {
    readonly arguments: readonly string[];
    readonly environment: ReadonlyMap<string, string>;
    /** Names of preopened directories by descriptor number. */
    readonly preopens: ReadonlyMap<number, string>;
  };
  /** Bytes of linear memory the program may have at most; by default what the module itself asks for. */
  readonly memoryLimit?: number;
  /** Host descriptors of ours that survive capability mode. */
  readonly keep?: readonly number[];
  /** Called for every refused operation. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** What the module needs beyond WASI; nothing by default. */
  readonly adapter?: WasmAdapter;
  /** Mechanisms that this host may lack; none by default. */
  readonly accept?: readonly Mechanism[];
};

/** How a WebAssembly program ended. */
export type WasmExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'trapped'; readonly message: string };

function terminated(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

function newGuest({ argdata, command, descriptors, onRefused }: WasmStart): Guest {
  const process = newProcess(descriptors, onRefused);
  return {
    process,
    memory: new GuestMemory(),
    argdata,
    arguments: (command?.arguments ?? []).map(terminated),
    environment: [...(command?.environment ?? [])].map(([name, value]) => terminated(`${name}=${value}`)),
    preopens: new Map(
      [...(command?.preopens ?? [])].map(([descriptor, name]) => [descriptor, Buffer.from(name)]),
    ),
    exit: {},
  };
}

/** Import functions of any origin, by import module. */
type AllImports = Record<string, Record<string, (...values: never[]) => unknown>>;

/** Everything a module may import; an adapter adds import modules and cannot replace ours. */
function importsFor(guest: Guest, added: AllImports): AllImports {
  const wasi = dialects.map((dialect): [string, Imports] => [dialect.module, wasiImports(guest, dialect)]);
  return {
    ...added,
    ...Object.fromEntries(wasi),
    [CLOUDABI_MODULE]: cloudabiImports(guest),
    [PROGRAM_MODULE]: programImports(guest),
  };
}

function namesOf(imports: AllImports): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries(imports).map(([module, functions]) => [module, new Set(Object.keys(functions))]),
  );
}

/** The calls of CloudABI that a module imports: some need more of the host than any descriptor does. */
function importedCalls(module: WebAssembly.Module): ReadonlySet<string> {
  const imports = WebAssembly.Module.imports(module).filter(({ module: from }) => from === CLOUDABI_MODULE);
  return new Set(imports.map(({ name }) => name));
}

/**
 * Checks that a module can be started, without starting it.
 *
 * @throws ModuleError
 */
export function checkModule(module: Uint8Array, adapter?: WasmAdapter): void {
  const nothing = newGuest({ module, argdata: new Uint8Array(), descriptors: [] });
  const added = adapter?.imports?.(() => ({})) ?? {};
  compileModule(module, namesOf(importsFor(nothing, added)), { starts: adapter === undefined });
}

/**
 * Puts this process into capability mode and runs the module in it, on this thread, to its end. Irrevocable: this
 * process can only report afterwards and end with `endProcess`.
 *
 * @throws ModuleError, MissingMechanismError: nothing has changed and the process goes on.
 * @throws SystemError when capability mode could be entered only in part; the process must end.
 */
export function startWasm(start: WasmStart): WasmExit {
  const guest = newGuest(start);
  const { adapter, memoryLimit } = start;
  let exported: WasmExports = {};
  const imports = importsFor(guest, adapter?.imports?.(() => exported) ?? {});
  const module = compileModule(start.module, namesOf(imports), {
    starts: adapter === undefined,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
  const accepted = start.accept ?? [];
  // The engine loads what it needs to report a trap (source text of its own) before no file can be opened any more.
  void new Error('warm-up').stack;
  confine({
    descriptors: start.descriptors.map(useful),
    keep: start.keep ?? [],
    accepted,
    calls: importedCalls(module),
  });
  try {
    const { exports } = new WebAssembly.Instance(module, imports);
    exported = exports;
    const { memory, _start } = exports;
    if (memory instanceof WebAssembly.Memory) guest.memory.attach(memory);
    let code = 0;
    if (adapter !== undefined) code = adapter.start(exports, start.command?.arguments ?? []);
    else if (typeof _start === 'function') _start();
    return { kind: 'exited', code };
  } catch (error) {
    if (guest.exit.code !== undefined) return { kind: 'exited', code: guest.exit.code };
    return { kind: 'trapped', message: describeTrap(error) };
  }
}

/** One line: what went wrong, and in which functions of the module. */
function describeTrap(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const frames = (error.stack ?? '').split('\n').filter((line) => line.includes('wasm://'));
  const functions = frames.slice(0, 4).map((line) => /at (\S+)/.exec(line)?.[1] ?? '?');
  const where = functions.length === 0 ? '' : ` (in ${functions.join(' < ')})`;
  return printable(`${error.message}${where}`);
}
