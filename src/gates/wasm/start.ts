import { calls } from '../../abi/generated/calls.ts';
import type { Descriptor } from '../../kernel/descriptors.ts';
import { RH } from '../../kernel/rights.ts';
import { confine, type Mechanism } from '../confinement.ts';
import { newProcess, type Refusal, useful } from '../new-process.ts';
import { CLOUDABI_MODULE, cloudabiImports } from './cloudabi/index.ts';
import type { Guest, Imports, Successor } from './guest.ts';
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

/** A guest with the memory and the exit of a new program. */
function newGuest(start: WasmStart): Guest {
  const { adapter, argdata, command, descriptors, memoryLimit, onRefused } = start;
  const process = newProcess(descriptors, onRefused);
  const guest: Guest = {
    process,
    memory: new GuestMemory(),
    argdata,
    arguments: (command?.arguments ?? []).map(terminated),
    environment: [...(command?.environment ?? [])].map(([name, value]) => terminated(`${name}=${value}`)),
    preopens: new Map(
      [...(command?.preopens ?? [])].map(([descriptor, name]) => [descriptor, Buffer.from(name)]),
    ),
    exit: {},
    // An adapter supplies imports for one module, and waits for that to end.
    ...(adapter === undefined && {
      compile: (module) =>
        compileModule(module, namesOf(importsFor(guest, {})), {
          starts: true,
          ...(memoryLimit !== undefined && { memoryLimit }),
        }),
    }),
  };
  return guest;
}

/**
 * The guest for a program that has taken the place of another: the process and its limits stay, everything else is
 * new. It has neither arguments nor environment, because nobody has given any.
 */
function succeed({ process, memory, compile }: Guest, { argdata }: Successor): Guest {
  memory.detach();
  return {
    process,
    memory: new GuestMemory(),
    argdata,
    arguments: [],
    environment: [],
    preopens: new Map(),
    exit: {},
    ...(compile !== undefined && { compile }),
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
 * The calls that the process can make: those of the module, and all if it may put another program in its place, since
 * the walls that stand at the start stand for that one too.
 */
function possibleCalls(module: WebAssembly.Module, descriptors: readonly Descriptor[]): ReadonlySet<string> {
  const imported = importedCalls(module);
  const mayExecute = descriptors.some(
    ({ base, inheriting }) => ((base.high | inheriting.high) & RH.proc_exec) !== 0,
  );
  return imported.has('proc_exec') && mayExecute ? new Set(calls.map(({ name }) => name)) : imported;
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
    calls: possibleCalls(module, start.descriptors),
  });
  const first = run(guest, module, imports, (exports) => {
    exported = exports;
    if (adapter !== undefined) return adapter.start(exports, start.command?.arguments ?? []);
    return undefined;
  });
  exported = {};
  return runSuccessors(guest, first);
}

/** Runs a module to its end; `enter` may start it in another way than by `_start`, and gives its exit code then. */
function run(
  guest: Guest,
  module: WebAssembly.Module,
  imports: AllImports,
  enter: (exports: WasmExports) => number | undefined,
): WasmExit {
  try {
    const { exports } = new WebAssembly.Instance(module, imports);
    const { memory, _start } = exports;
    if (memory instanceof WebAssembly.Memory) guest.memory.attach(memory);
    let code = enter(exports);
    if (code === undefined && typeof _start === 'function') _start();
    code ??= 0;
    return { kind: 'exited', code };
  } catch (error) {
    if (guest.exit.code !== undefined) return { kind: 'exited', code: guest.exit.code };
    const { message } = guest.exit;
    return { kind: 'trapped', message: message === undefined ? describeTrap(error) : printable(message) };
  }
}

/** Runs whatever takes the place of a program that has ended, one after the other. */
function runSuccessors(guest: Guest, exit: WasmExit): WasmExit {
  let { successor } = guest.exit;
  let last = guest;
  let outcome = exit;
  while (successor !== undefined) {
    last = succeed(last, successor);
    outcome = run(last, successor.module, importsFor(last, {}), () => undefined);
    successor = last.exit.successor;
  }
  return outcome;
}

/** One line: what went wrong, and in which functions of the module. */
function describeTrap(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const frames = (error.stack ?? '').split('\n').filter((line) => line.includes('wasm://'));
  const functions = frames.slice(0, 4).map((line) => /at (\S+)/.exec(line)?.[1] ?? '?');
  const where = functions.length === 0 ? '' : ` (in ${functions.join(' < ')})`;
  return printable(`${error.message}${where}`);
}
