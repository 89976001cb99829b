import { basename, extname } from 'node:path';
import { ToolchainError } from './errors.ts';

/** The stage at which the compiler stops: an executable, an object file, assembly or preprocessed source. */
export type Stop = 'link' | '-c' | '-S' | '-E';

/** The command line of a C compiler, taken apart. */
export interface CompilerArguments {
  readonly stop: Stop;
  /** `-o`, as written. */
  readonly output: string | undefined;
  /** Files to compile, in order. */
  readonly sources: readonly string[];
  /** The inputs of the linker, in order: sources stand for their objects, the rest for themselves. */
  readonly linkInputs: readonly LinkInput[];
  /** Include directories in the order they are searched, as written. */
  readonly includes: readonly Include[];
  /** Files named by `-include`. */
  readonly forcedIncludes: readonly string[];
  /** Everything else the compiler gets. */
  readonly compilerFlags: readonly string[];
  /** Library directories (`-L`), as written. */
  readonly libraryDirectories: readonly string[];
  /** Options of the linker: `-Wl,…`, `-Xlinker …`, `-s`. */
  readonly linkerFlags: readonly string[];
  /** True if the C++ library is wanted. */
  readonly cxx: boolean;
  /** A compiler of the machine's to use, by name or path; absent for the package's. */
  readonly system: string | undefined;
  /** True for a CloudABI executable in place of a WebAssembly module (`--native`). */
  readonly native: boolean;
  /** The archive of the C library's sources for an executable (`--libc`); absent for the small library of ours. */
  readonly libc: string | undefined;
  /** True if the tools' command lines are shown. */
  readonly verbose: boolean;
  /** True if the program has threads (`-pthread`). */
  readonly threads: boolean;
}

/** One include directory and the option that gave it. */
export interface Include {
  readonly flag: '-iquote' | '-I' | '-isystem';
  readonly directory: string;
}

export type LinkInput =
  | { readonly kind: 'source'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'library'; readonly name: string };

const C = new Set(['.c', '.i', '.s', '.S']);
const CXX = new Set(['.cc', '.cpp', '.cxx', '.c++', '.C', '.ii']);
const OBJECTS = new Set(['.o', '.a', '.obj']);

/** Options that the compiler gets as they are, with the value that follows them. */
const WITH_VALUE = new Set(['-D', '-U', '-Xclang', '-mllvm', '-Xpreprocessor', '-Xassembler']);

/**
 * Takes the command line of a C compiler apart. Options that are not known go to the compiler, which judges
 * them itself.
 *
 * @param cxxDriver whether this is the C++ compiler, which links the C++ library always
 * @throws ToolchainError `toolchain_usage` for what cannot work here, and names it
 */
export function parseArguments(argv: readonly string[], cxxDriver = false): CompilerArguments {
  let stop: Stop = 'link';
  let output: string | undefined;
  let cxx = cxxDriver;
  let optimized = false;
  let compiler: string | undefined;
  let native = false;
  let libc: string | undefined;
  let verbose = false;
  const sources: string[] = [];
  const linkInputs: LinkInput[] = [];
  const quoted: Include[] = [];
  const ordinary: Include[] = [];
  const system: Include[] = [];
  const forcedIncludes: string[] = [];
  const compilerFlags: string[] = [];
  const libraryDirectories: string[] = [];
  const linkerFlags: string[] = [];

  const rest = argv[Symbol.iterator]();
  for (const argument of rest) {
    const value = (option: string): string => {
      if (argument !== option) return argument.slice(option.length);
      const next = rest.next();
      if (next.done) throw usage(`Option '${option}' wants a value`);
      return next.value;
    };
    if (argument === '--system') compiler = 'clang';
    else if (argument === '--native') native = true;
    else if (argument.startsWith('--libc=')) libc = argument.slice('--libc='.length);
    else if (argument.startsWith('--system=')) compiler = argument.slice('--system='.length);
    else if (argument === '-v' || argument === '--verbose') verbose = true;
    else if (argument === '-c' || argument === '-S' || argument === '-E') stop = argument;
    else if (argument.startsWith('-o')) output = value('-o');
    else if (argument.startsWith('-iquote')) quoted.push({ flag: '-iquote', directory: value('-iquote') });
    else if (argument.startsWith('-isystem')) system.push({ flag: '-isystem', directory: value('-isystem') });
    else if (argument.startsWith('-include')) forcedIncludes.push(value('-include'));
    else if (argument.startsWith('-I')) ordinary.push({ flag: '-I', directory: value('-I') });
    else if (argument.startsWith('-L')) libraryDirectories.push(value('-L'));
    else if (argument.startsWith('-l')) linkInputs.push({ kind: 'library', name: value('-l') });
    else if (argument.startsWith('-Wl,')) linkerFlags.push(...argument.split(',').slice(1));
    else if (argument === '-Xlinker') linkerFlags.push(value('-Xlinker'));
    else if (argument === '-s') linkerFlags.push('--strip-all');
    else if (WITH_VALUE.has(argument)) compilerFlags.push(argument, value(argument));
    else if (argument === '-x' || argument === '-')
      throw usage(`Option '${argument}' is not supported: a file's language is told by its name`);
    else if (argument.startsWith('-M') || argument.startsWith('@'))
      throw usage(`Option '${argument}' is not supported: no dependency or response files`);
    else if (/^(--target=|-target$)/.test(argument))
      throw usage(`Option '${argument}' is not supported: the target is always wasm32-wasip1`);
    else if (argument.startsWith('-')) {
      optimized ||= argument.startsWith('-O');
      compilerFlags.push(argument);
    } else {
      const extension = extname(argument);
      if (C.has(extension) || CXX.has(extension)) {
        sources.push(argument);
        cxx ||= CXX.has(extension);
        linkInputs.push({ kind: 'source', path: argument });
      } else if (OBJECTS.has(extension)) {
        linkInputs.push({ kind: 'file', path: argument });
      } else {
        throw usage(`Cannot tell what '${argument}' is: wanted a name ending in .c, .cc, .s, .o or .a`);
      }
    }
  }
  if (libc !== undefined && !native) throw usage("Option '--libc' is for executables, which --native makes");
  if (!linkInputs.some(({ kind }) => kind !== 'library')) throw usage('No input file is named');
  if (stop !== 'link' && sources.length === 0) throw usage(`Option '${stop}' wants a source file`);
  if (stop !== 'link' && output !== undefined && sources.length > 1)
    throw usage(`Cannot write ${sources.length} outputs of '${stop}' to one file '${output}'`);
  return {
    stop,
    output,
    sources,
    linkInputs,
    includes: [...quoted, ...ordinary, ...system],
    forcedIncludes,
    compilerFlags: [...(optimized ? [] : ['-O2']), ...compilerFlags],
    libraryDirectories,
    linkerFlags,
    cxx,
    system: compiler,
    native,
    libc,
    verbose,
    threads: compilerFlags.includes('-pthread'),
  };
}

/** Tells whether a source is C++ by its name. */
export function isCxx(source: string): boolean {
  return CXX.has(extname(source));
}

function usage(message: string): ToolchainError {
  return new ToolchainError('toolchain_usage', message);
}

/**
 * The flags for the language of a source, and those that the user gave.
 *
 * @param exceptions the flags that make exceptions of C++
 */
export function languageFlags(
  parsed: CompilerArguments,
  source: string,
  cxxDriver: boolean,
  exceptions: readonly string[],
): string[] {
  const cxx = isCxx(source) || (cxxDriver && source.endsWith('.c'));
  return [
    ...(cxx ? ['--driver-mode=g++', ...exceptionsOf(parsed, exceptions), '-std=gnu++20'] : []),
    ...(cxx && !isCxx(source) ? ['-x', 'c++'] : []),
    ...parsed.compilerFlags,
  ];
}

/** Without exceptions, the flags that make them are left out: they win over an option before or behind them. */
function exceptionsOf(
  { compilerFlags }: CompilerArguments,
  exceptions: readonly string[],
): readonly string[] {
  return compilerFlags.findLast((flag) => /^-f(no-)?exceptions$/.test(flag)) === '-fno-exceptions'
    ? []
    : exceptions;
}

/** Names the file that `-c` and `-S` write without `-o`, as any compiler; `-E` writes to standard output. */
export function defaultOutput(stop: Stop, source: string): string | undefined {
  if (stop === '-E') return undefined;
  return basename(source, extname(source)) + (stop === '-S' ? '.s' : '.o');
}

/** A command line that a shell takes apart into the same words. */
export function commandLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
