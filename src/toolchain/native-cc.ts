import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CompilerArguments, defaultOutput, isCxx } from './arguments.ts';
import { ToolchainError } from './errors.ts';
import { PLATFORM, SDK } from './library.ts';
import { libraryPath } from './link.ts';
import { muslLibrary } from './musl.ts';
import { NATIVE, type NativeLibrary } from './native-library.ts';
import { writeOwnObject } from './own-object.ts';
import { runTool } from './run-tool.ts';
import type { SystemOptions } from './system-cc.ts';

/** The place of the OS ABI in the header of an ELF file, and CloudABI's number. */
const OS_ABI = 7;
const CLOUDABI = 17;

/**
 * Versions of clang that know the target. Others compile for a system without a name, which has the same calling
 * conventions; the mark of CloudABI is put into the file then.
 */
const TARGET = 'x86_64-unknown-cloudabi';
const OTHER_TARGET = 'x86_64-unknown-none-elf';

/** The options that make code for executables, wherever they are loaded. */
const CODE: readonly string[] = [
  '-fPIE',
  '-fno-stack-protector',
  '-fno-sanitize=safe-stack',
  '-mno-tls-direct-seg-refs',
  '-ftls-model=local-exec',
  // For the stack of a program that faults; they cost room in the file alone.
  '-fasynchronous-unwind-tables',
  '-ffunction-sections',
  '-fdata-sections',
  '-nostdlibinc',
];

/** The folders of headers, in the order in which they are searched. */
const HEADERS: readonly string[] = [join(NATIVE, 'include'), join(SDK, 'include')];

/** The folders of sources of the library. */
const SOURCES: readonly string[] = [NATIVE, join(NATIVE, 'libc'), join(SDK, 'src/argdata')];

/** Sources of the library for modules that need nothing of its C library. */
const MORE_SOURCES: readonly string[] = ['exec.c'];
const PROGRAM_SOURCES: string = join(SDK, 'src/program');

const LIBRARY_FLAGS: readonly string[] = ['-std=gnu11', '-Os', '-Wall', '-Wextra', '-Werror'];

/** A compiler for executables. */
export type NativeClang = { readonly program: string; readonly version: string; readonly target: string };

/**
 * Compiles and links a CloudABI executable for x86-64 with a clang and lld of the machine.
 *
 * @param program The compiler, by name or path.
 * @returns The exit status: 0, or that of the tool that found an error.
 * @throws ToolchainError for failures other than mistakes in the source.
 */
export function nativeCc(program: string, parsed: CompilerArguments, options: SystemOptions): number {
  if (parsed.cxx)
    throw new ToolchainError(
      'toolchain_usage',
      'Option --native compiles C, not C++: there is no C++ library for it',
    );
  const clang = findNativeClang(program);
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-cc-'));
  try {
    const library = libraryOf(clang, parsed, folder, options);
    const objects = new Map<string, string>();
    for (const [index, source] of parsed.sources.entries()) {
      const object = join(folder, `${index}.o`);
      const output = parsed.stop === 'link' ? object : (parsed.output ?? defaultOutput(parsed.stop, source));
      const status = runTool(
        clang.program,
        compileArguments(clang, library, parsed, source, output),
        parsed.verbose,
        options,
      );
      if (status !== 0) return status;
      objects.set(source, object);
    }
    if (parsed.stop !== 'link' || ![...objects.values()].every((path) => existsSync(path))) return 0;
    return link(library, parsed, objects, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function libraryOf(
  clang: NativeClang,
  { libc }: CompilerArguments,
  folder: string,
  options: SystemOptions,
): NativeLibrary {
  if (libc !== undefined) {
    const { program, version, target } = clang;
    const code = [`--target=${target}`, ...CODE, PLATFORM];
    return muslLibrary(resolve(options.cwd, libc), folder, { program, version, code }, options);
  }
  const flags = ['-ffreestanding', ...HEADERS.flatMap((one) => ['-isystem', one])];
  return { flags, objects: () => smallLibrary(clang, folder) };
}

/**
 * Finds the compiler for executables, and its linker.
 *
 * @param program The compiler, by name or path.
 * @throws ToolchainError `toolchain_missing`
 */
export function findNativeClang(program: string): NativeClang {
  const ask = (...words: string[]): string =>
    spawnSync(program, words, { encoding: 'utf8' }).stdout?.trim() ?? '';
  const version = ask('--version');
  if (!/clang version/.test(version)) throw missing(`there is no clang '${program}'`, 'clang');
  if (!/^\s*x86-64\s/m.test(ask('--print-targets')))
    throw missing(`'${program}' is built without x86-64`, 'clang');
  if (spawnSync('ld.lld', ['--version']).status !== 0) throw missing("there is no linker 'ld.lld'", 'lld');
  const knows =
    spawnSync(program, [`--target=${TARGET}`, '-c', '-x', 'c', '/dev/null', '-o', '/dev/null']).status === 0;
  return { program, version, target: knows ? TARGET : OTHER_TARGET };
}

function missing(what: string, packages: string): ToolchainError {
  return new ToolchainError(
    'toolchain_missing',
    `Cannot compile with --native: ${what}; Debian has it in ${packages}`,
  );
}

function compileArguments(
  { target }: NativeClang,
  { flags }: NativeLibrary,
  parsed: CompilerArguments,
  source: string,
  output: string | undefined,
): string[] {
  if (isCxx(source))
    throw new ToolchainError('toolchain_usage', `Option --native compiles C, and '${source}' is C++`);
  return [
    `--target=${target}`,
    ...CODE,
    PLATFORM,
    ...parsed.compilerFlags,
    ...parsed.includes.flatMap(({ flag, directory }) => [flag, directory]),
    ...parsed.forcedIncludes.flatMap((file) => ['-include', file]),
    ...flags,
    parsed.stop === 'link' ? '-c' : parsed.stop,
    source,
    ...(output === undefined ? [] : ['-o', output]),
  ];
}

function link(
  library: NativeLibrary,
  parsed: CompilerArguments,
  objects: ReadonlyMap<string, string>,
  options: SystemOptions,
): number {
  const inputs = parsed.linkInputs.map((input) => {
    if (input.kind === 'source') return objects.get(input.path) ?? input.path;
    if (input.kind === 'file') return input.path;
    const path = libraryPath(parsed, options.cwd, input.name);
    if (path === undefined)
      throw new ToolchainError(
        'toolchain_usage',
        `There is no library 'lib${input.name}.a' in the directories of -L`,
      );
    return path;
  });
  const output = parsed.output ?? 'a.out';
  const status = runTool(
    'ld.lld',
    [
      ...[
        '-static',
        '-pie',
        '--no-dynamic-linker',
        '--gc-sections',
        '--eh-frame-hdr',
        '-z',
        'noexecstack',
        '-e',
        '_start',
      ],
      ...inputs,
      ...parsed.linkerFlags,
      // As in an archive: an object is taken for what it defines.
      '--start-lib',
      ...library.objects(),
      '--end-lib',
      '-o',
      output,
    ],
    parsed.verbose,
    options,
  );
  if (status === 0) mark(resolve(options.cwd, output));
  return status;
}

/** Marks a file as a CloudABI executable. */
function mark(path: string): void {
  const bytes = readFileSync(path);
  if (bytes[OS_ABI] === CLOUDABI) return;
  bytes[OS_ABI] = CLOUDABI;
  writeFileSync(path, bytes);
}

/** Compiles the small library into a folder, or takes what was compiled before; returns its object files. */
function smallLibrary(clang: NativeClang, folder: string): string[] {
  const common = createHash('sha256').update(`${clang.version}\n${clang.target}\n${CODE.join(' ')}`);
  for (const part of [...HEADERS, ...SOURCES])
    for (const name of filesOf(part, /\.(?:h|inc)$/))
      common.update(`\n${name}\n`).update(readFileSync(join(part, name)));
  const digest = common.digest('hex');
  const { program } = clang;
  const options = ownOptions(clang.target);
  return [...SOURCES, PROGRAM_SOURCES].flatMap((part, index) =>
    (part === PROGRAM_SOURCES ? MORE_SOURCES : filesOf(part, /\.c$/)).map((name) => {
      const source = join(part, name);
      const object = join(folder, `library-${index}-${name}.o`);
      const key = `native-${createHash('sha256').update(`${digest}\n${name}\n`).update(readFileSync(source)).digest('hex')}`;
      writeOwnObject(key, object, { program, options, source, library: 'the native library' });
      return object;
    }),
  );
}

function filesOf(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name) && (pattern.test('.h') || !name.includes('/')))
    .toSorted();
}

function ownOptions(target: string): readonly string[] {
  return [
    `--target=${target}`,
    ...CODE,
    PLATFORM,
    ...LIBRARY_FLAGS,
    '-ffreestanding',
    `-I${NATIVE}`,
    ...HEADERS.flatMap((folder) => ['-isystem', folder]),
  ];
}
