import { Script } from 'node:vm';
import { calls as allCalls } from '../../abi/generated/calls.ts';
import { Cookies } from '../../kernel/cookies.ts';
import { type Descriptor, DescriptorTable } from '../../kernel/descriptors.ts';
import { type KernelRefusal, newProcess, reportRefusals, useful } from '../../kernel/new-process.ts';
import { KernelProcess } from '../../kernel/process.ts';
import { RH } from '../../kernel/rights.ts';
import { SharedDescriptorTable } from '../../kernel/shared-descriptors.ts';
import { DEFAULT_THREADS } from '../../kernel/threads.ts';
import { confine, type Mechanism } from '../../walls/confinement.ts';
import { readThreadProgram } from '../thread-program.ts';
import { CLOUDABI_MODULE } from './cloudabi/index.ts';
import { DirectKernel } from './direct/direct.ts';
import type { WasmExit } from './exit.ts';
import { type Guest, type NextProgram, oneThread, type Runnable } from './guest.ts';
import { makeMemory } from './imported-memory.ts';
import { type AllImports, endingCalls, importNames, importsFor } from './imports.ts';
import { instantiate } from './instantiate.ts';
import { GuestMemory } from './memory.ts';
import { type CompiledModule, compileModule } from './module.ts';
import { newGuest, type ProgramData } from './new-guest.ts';
import { endThisThread } from './run-thread.ts';
import { allowThreads, firstThread, makesThreads, type SharedProgram } from './threads.ts';
import { reasonOfTrap } from './trap.ts';

export type { KernelRefusal } from '../../kernel/new-process.ts';

/** Functions that a module exports, and its memory. */
export type WasmExports = Readonly<Record<string, unknown>>;

/**
 * JavaScript between a module and its start, for modules that need more than WASI: functions they import beside it,
 * or another way to start than `_start`. `start` and the import functions run in the
 * confined process and can reach no more than the module; its code before, while it is loaded and in
 * `imports` itself, is not confined.
 */
export type WasmAdapter = {
  /** Functions by import module; `exports` returns the exports of the module once it has been instantiated. */
  readonly imports?: (
    exports: () => WasmExports,
  ) => Record<string, Record<string, (...values: never[]) => unknown>>;
  /** Starts the program and returns its exit code when it has ended; `proc_exit` ends it from within. */
  readonly start: (exports: WasmExports, programArguments: readonly string[]) => number;
};

/** The start of a WebAssembly program. It lacks the parts that are left out. */
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
  /** Threads the program may have at once, the first included; 64 by default. */
  readonly threadLimit?: number;
  /**
   * For programs with threads: what a thread is told about how to end the process, data that can be handed to another
   * thread (`WorkerStart.ending`). Without it, a program has one thread.
   */
  readonly ending?: unknown;
  /** Host descriptors of ours that survive capability mode. */
  readonly keep?: readonly number[];
  /** Called for every refused operation. */
  readonly onRefused?: (refusal: KernelRefusal) => void;
  /** The module's needs beyond WASI; none by default. */
  readonly adapter?: WasmAdapter;
  /** Mechanisms that this host may lack; none by default. */
  readonly accept?: readonly Mechanism[];
};

function programData({ argdata, command }: WasmStart): ProgramData {
  return {
    argdata,
    arguments: command?.arguments ?? [],
    environment: [...(command?.environment ?? [])],
    preopens: [...(command?.preopens ?? [])],
  };
}

/** A program of one thread, which may let others take its place. */
function simpleGuest(start: WasmStart, direct?: DirectKernel): Guest {
  const memory = new GuestMemory();
  direct?.follow(memory);
  const process = newProcess(
    start.descriptors,
    start.onRefused,
    new KernelProcess(new DescriptorTable(direct?.rows)),
  );
  const guest: Guest = {
    ...newGuest(programData(start), process, memory, oneThread(memory)),
    ...(direct !== undefined && { direct }),
    // An adapter supplies imports for one module, and waits for that to end.
    ...(start.adapter === undefined && {
      load: (module) => loadModule(module, importsFor(guest), start).runnable,
    }),
  };
  return guest;
}

/** The guest for a program that has taken the place of another: the process and its limits stay, everything else is new. */
function succeed({ process, memory, load, direct }: Guest, { argdata }: NextProgram): Guest {
  memory.detach();
  const own = new GuestMemory();
  direct?.follow(own);
  // It has neither arguments nor environment, because none were given.
  const data: ProgramData = { argdata, arguments: [], environment: [], preopens: [] };
  return {
    ...newGuest(data, process, own, oneThread(own)),
    ...(load !== undefined && { load }),
    ...(direct !== undefined && { direct }),
  };
}

/**
 * Compiles a module and makes the memory that it imports.
 *
 * @throws ModuleError
 */
function loadModule(
  bytes: Uint8Array,
  imports: AllImports,
  { adapter, memoryLimit, threadLimit }: Pick<WasmStart, 'adapter' | 'memoryLimit' | 'threadLimit'>,
): { readonly compiled: CompiledModule; readonly runnable: Runnable } {
  const compiled = compileModule(bytes, importNames(imports), {
    starts: adapter === undefined,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    threadLimit: threadLimit ?? DEFAULT_THREADS,
  });
  const { module, ceiling, limit } = compiled;
  const memory = compiled.memory && makeMemory(compiled.memory, limit, ceiling);
  return { compiled, runnable: { module, memory, memoryImport: compiled.memory, ceiling } };
}

/**
 * The calls of CloudABI that the process can make, since some need more of the host than any descriptor does: those that
 * the module imports, and all if it may put another program in its place, for which the same walls will stand.
 */
function possibleCalls(
  module: WebAssembly.Module,
  descriptors: readonly Descriptor[],
  threaded: boolean,
): ReadonlySet<string> {
  const imports = WebAssembly.Module.imports(module).filter(({ module: from }) => from === CLOUDABI_MODULE);
  const imported = imports.map(({ name }) => name);
  const executes =
    !threaded &&
    imported.includes('proc_exec') &&
    descriptors.some(({ base, inheriting }) => ((base.high | inheriting.high) & RH.proc_exec) !== 0);
  const possible = new Set<string>(executes ? allCalls.map(({ name }) => name) : imported);
  if (threaded) possible.add('thread_create');
  else possible.delete('thread_create');
  return possible;
}

/**
 * Checks that a module can be started, without starting it.
 *
 * @throws ModuleError
 */
export function checkModule(module: Uint8Array, adapter?: WasmAdapter): void {
  const nothing = simpleGuest({ module, argdata: new Uint8Array(), descriptors: [] });
  const added = adapter?.imports?.(() => ({})) ?? {};
  compileModule(module, importNames(importsFor(nothing, added)), { starts: adapter === undefined });
}

/**
 * Lets the engine load what it needs to report a trap, source text of its own, before no file can be opened any more: in
 * a script by itself, because V8 counts the lines of each script that a trace names, and ours is a megabyte.
 */
function prepareTraces(): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  new Script("new Error('warm-up').stack").runInThisContext();
  Error.stackTraceLimit = stackTraceLimit;
}

/**
 * Puts this process into capability mode and runs the module in it, on this thread, to its end. Irrevocable: this
 * process can only report afterwards and end with `endProcess`. Other threads of the program may still run then.
 *
 * @throws ModuleError, MissingMechanismError: nothing has changed and the process goes on.
 * @throws SystemError when capability mode could be entered only in part; the process must end.
 */
export function startWasm(start: WasmStart): WasmExit {
  const { adapter } = start;
  // An adapter may have functions of its own between the module and ours.
  const simple = simpleGuest(start, adapter === undefined ? new DirectKernel() : undefined);
  let exported: WasmExports = {};
  const simpleImports = importsFor(simple, adapter?.imports?.(() => exported) ?? {});
  const { compiled, runnable } = loadModule(start.module, simpleImports, start);
  const threaded = adapter === undefined && start.ending !== undefined && makesThreads(compiled);
  const { guest, imports } =
    threaded && runnable.memory !== undefined
      ? withThreads(start, { ...runnable, memory: runnable.memory })
      : { guest: simple, imports: simpleImports };
  prepareTraces();
  confine({
    descriptors: start.descriptors.map(useful),
    keep: start.keep ?? [],
    accepted: start.accept ?? [],
    calls: possibleCalls(runnable.module, start.descriptors, threaded),
  });
  const first = run(guest, runnable, imports, (exports) => {
    exported = exports;
    return adapter?.start(exports, start.command?.arguments ?? []);
  });
  exported = {};
  const exit = runSuccessors(guest, first);
  guest.threads.table.claimEnd();
  return exit;
}

/**
 * Runs the first thread of a program to the end of the process.
 *
 * @param enter May start the program in another way than by `_start`, and gives its exit code then.
 */
function run(
  guest: Guest,
  runnable: Runnable,
  imports: AllImports,
  enter: (exports: WasmExports) => number | undefined,
): WasmExit {
  try {
    const { memory, ceiling } = runnable;
    const { exports, connect } = instantiate(guest, runnable, imports);
    const own = memory ?? exports['memory'];
    if (own instanceof WebAssembly.Memory) {
      guest.memory.attach(own, ceiling);
      if (!guest.memory.isShared) connect(own);
    }
    const code = enter(exports);
    const { _start } = exports;
    if (code === undefined && typeof _start === 'function') Reflect.apply(_start, undefined, []);
    return { kind: 'exited', code: code ?? 0 };
  } catch (error) {
    const { code, threadLock } = guest.exit;
    if (code !== undefined) return { kind: 'exited', code };
    if (threadLock === undefined) return { kind: 'trapped', message: reasonOfTrap(guest, error) };
    if (!endThisThread(guest)) guest.threads.table.sleepForEver();
    return { kind: 'exited', code: 0 };
  }
}

/** Runs the programs that take the place of one that has ended, one after the other. */
function runSuccessors(guest: Guest, exit: WasmExit): WasmExit {
  let { successor } = guest.exit;
  let last = guest;
  let outcome = exit;
  while (successor !== undefined) {
    last = succeed(last, successor);
    outcome = run(last, successor.program, importsFor(last), () => undefined);
    successor = last.exit.successor;
  }
  return outcome;
}

/** Replaces the guest and its imports in a program that makes threads. */
function withThreads(
  start: WasmStart,
  program: Pick<SharedProgram, keyof Runnable>,
): { guest: Guest; imports: AllImports } {
  const own = new GuestMemory();
  const descriptors = new SharedDescriptorTable();
  const cookies = Cookies.memory();
  const threads = firstThread(own, start.threadLimit);
  const data = programData(start);
  const process = newProcess(
    start.descriptors,
    undefined,
    new KernelProcess(descriptors, new Cookies(cookies)),
  );
  const { onRefused } = start;
  if (onRefused !== undefined) {
    reportRefusals(process, (refusal) => threads.table.speaking.during(() => onRefused(refusal)));
  }
  const guest = newGuest(data, process, own, threads);
  allowThreads(threads, descriptors, {
    ...program,
    data,
    program: readThreadProgram(),
    cookies,
    limit: start.threadLimit ?? DEFAULT_THREADS,
    ending: start.ending,
  });
  return { guest, imports: endingCalls(importsFor(guest), guest) };
}
