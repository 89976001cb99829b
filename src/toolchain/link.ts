import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CompilerArguments } from './arguments.ts';
import type { Clang, Tree } from './llvm.ts';
import { definesFunction } from './symbols.ts';

/** The folder of the compiler's libraries, in its file system. */
export const SYSTEM = '/usr/lib/wasm32-wasip1';
const BUILTINS = '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a';

/** The stack lies below the data, so that an overflow traps instead of overwriting data; 1 MiB of it. */
export const LAYOUT: readonly string[] = ['--stack-first', '-zstack-size=1048576'];

/**
 * Options that make a program with threads: memory that they share, of at most 1 GiB, and what the system needs to
 * start one. The package's C library was made for one thread, which the linker would otherwise object to; its allocator
 * is replaced by one that takes turns (sdk/c/threads/malloc.c).
 */
export const THREADS: readonly string[] = [
  '--shared-memory',
  '--import-memory',
  '--max-memory=1073741824',
  '--no-check-features',
  '--export-table',
  '--export=__stack_pointer',
  ...[
    'malloc',
    'calloc',
    'realloc',
    'free',
    'aligned_alloc',
    'posix_memalign',
    'pthread_condattr_getclock',
  ].map((name) => `--wrap=${name}`),
];

/** Parts of the C library that stand beside it: signals that a program raises, and long jumps. */
export const EMULATIONS: readonly string[] = ['-lwasi-emulated-signal', '-lsetjmp'];

/** Options of programs that start at `program_main`: a failed `assert` does not write to descriptor 2. */
export const PROGRAM: readonly string[] = ['--wrap=__assert_fail'];

/** Functions of the C++ library that throw, in the archive for exceptions as they are named here. */
const THROWING = [
  '_ZNSt3__220__throw_system_errorEiPKc',
  '_ZNSt3__221__throw_runtime_errorEPKc',
  '_ZSt17__throw_bad_allocv',
  '__cxa_bad_cast',
  '__cxa_bad_typeid',
  '__cxa_throw_bad_array_new_length',
  '_ZNSt3__28ios_base33__set_badbit_and_consider_rethrowEv',
  '_ZNSt3__28ios_base34__set_failbit_and_consider_rethrowEv',
];

/** Functions of the C library that jump, in the archive for exceptions likewise. */
const JUMPING = ['__wasm_longjmp', '__wasm_setjmp_test'];

/** The names by which an object file with exceptions is known. */
const EXCEPTION_NAMES = ['__cpp_exception', '__cxa_throw', '__cxa_begin_catch', '__cxa_rethrow'];

/** Names in an object file that computes with `long double`, or reads one. */
const LONG_DOUBLE_NAMES = ['tf2', 'tf3', 'tfsi', 'tfdi', 'sitf', 'ditf', 'strtold', 'wcstold'];

/** Tells whether object files or archives have one of the names; for another reason counts too. */
function mention(objects: Iterable<Uint8Array>, names: readonly string[]): boolean {
  return [...objects].some((bytes) => {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return names.some((name) => file.includes(name));
  });
}

/** Tells whether object files or archives throw or catch, or jump where a function that lets nothing out may be on the way. */
export function usesExceptions(objects: Iterable<Uint8Array>): boolean {
  const all = [...objects];
  return (
    mention(all, EXCEPTION_NAMES) || (mention(all, ['__wasm_longjmp']) && mention(all, ['_ZSt9terminatev']))
  );
}

/**
 * Tells whether object files or archives use `long double`: then the C library's functions that print and read it are
 * linked, which are 16 kB; without them, those functions trap.
 */
export function usesLongDouble(objects: Iterable<Uint8Array>): boolean {
  return mention(objects, LONG_DOUBLE_NAMES);
}

/** The archive for exceptions, and what else they need. */
function exceptionFlags(archive: string, program: boolean): string[] {
  const wrapped = [
    ...THROWING,
    ...JUMPING,
    ...(program ? ['cloudabi_terminated', 'program_main'] : ['__main_void']),
  ];
  return [
    // The linker crashes when a function that it wraps stands in an archive from which nothing has taken it yet.
    ...JUMPING.map((name) => `--undefined=${name}`),
    ...wrapped.map((name) => `--wrap=${name}`),
    '--whole-archive',
    archive,
    '--no-whole-archive',
  ];
}

/** The archives of the SDK, by their names in the compiler's file system. */
export type LinkedArchives = {
  readonly library: string;
  /** The one for exceptions of C++; absent for programs without. */
  readonly exceptions: string | undefined;
  /** The one of `threadLibrary`; absent for programs without threads. */
  readonly errno: string | undefined;
  /** True if the C library's functions for `long double` are linked. */
  readonly longDouble: boolean;
};

/**
 * The linker's command line.
 *
 * @param parsed the compiler's command line
 * @param inputs object files, archives and `-l` options in the order of that command line
 * @param archives the archives of the SDK
 * @param program whether the program starts at `program_main`: then the SDK's own start file, which the
 *   linker takes from the archive, replaces the C library's
 * @param output the file to write
 */
export function linkCommand(
  parsed: CompilerArguments,
  inputs: readonly string[],
  { library, exceptions, errno, longDouble }: LinkedArchives,
  program: boolean,
  output: string,
): string[] {
  return [
    'wasm-ld',
    '-m',
    'wasm32',
    ...LAYOUT,
    ...(parsed.threads ? THREADS : []),
    `-L${SYSTEM}`,
    ...(program ? PROGRAM : [`${SYSTEM}/crt1-command.o`]),
    ...inputs,
    ...parsed.linkerFlags,
    ...(exceptions === undefined ? [] : exceptionFlags(exceptions, program)),
    library,
    ...(errno === undefined ? [] : [errno]),
    ...(parsed.cxx ? ['-lc++', '-lc++abi'] : []),
    ...EMULATIONS,
    ...(longDouble ? ['-lc-printscan-long-double'] : []),
    '-lc',
    BUILTINS,
    '-o',
    output,
  ];
}

/** Tells whether one of the object files and archives defines `program_main`. */
export async function definesProgramMain(
  clang: Clang,
  files: Tree,
  objects: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  const unknown: string[] = [];
  for (const [name, bytes] of objects) {
    const defines = definesFunction(bytes, 'program_main');
    if (defines === true) return true;
    if (defines === undefined) unknown.push(name);
  }
  if (unknown.length === 0) return false;
  const { stdout } = await clang.run(['nm', ...unknown], files);
  return /^[0-9a-f-]+ [TW] program_main$/m.test(stdout);
}

/** The archive that `-l` means, among the directories of `-L`; undefined when only the linker may know it. */
export function libraryPath(parsed: CompilerArguments, cwd: string, name: string): string | undefined {
  return parsed.libraryDirectories
    .map((directory) => join(directory, `lib${name}.a`))
    .find((candidate) => existsSync(resolve(cwd, candidate)));
}
