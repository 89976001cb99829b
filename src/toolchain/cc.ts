import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type CompilerArguments,
  commandLine,
  defaultOutput,
  languageFlags,
  parseArguments,
} from './arguments.ts';
import { loadClang } from './clang.ts';
import { ToolchainError } from './errors.ts';
import {
  EXCEPTIONS,
  exceptionLibrary,
  INCLUDE,
  INCLUDE_THREADS,
  JUMPS,
  PLATFORM,
  sdkHeaders,
  sdkLibrary,
} from './library.ts';
import {
  definesProgramMain,
  libraryPath,
  linkCommand,
  SYSTEM,
  usesExceptions,
  usesLongDouble,
} from './link.ts';
import type { Clang } from './llvm.ts';
import { nativeCc } from './native-cc.ts';
import { remembering } from './remember.ts';
import { Stage } from './stage.ts';
import { systemCc } from './system-cc.ts';
import { ERRNO_ARCHIVES, threadLibrary } from './thread-library.ts';

/** The messages and effects of a compilation; by default, those of a compiler run from a shell. */
export interface CcOptions {
  /** The directory that relative names start at; the current directory when absent. */
  readonly cwd?: string;
  /** Gets the tools' messages, with the user's file names; standard error when absent. */
  readonly stderr?: (text: string) => void;
  /** Gets preprocessed source of `-E` without `-o`; standard output when absent. */
  readonly stdout?: (text: string) => void;
  /** True for the C++ compiler: the C++ library is linked always, and a `.c` file is C++; false when absent. */
  readonly cxx?: boolean;
  /** The compiler; loaded from `@yowasp/clang` when absent. */
  readonly clang?: Clang;
}

/**
 * Compiles and links C and C++ to WebAssembly (`wasm32-wasip1`), with the command line of a C compiler. A
 * program that defines `program_main` is linked to start there; any other starts at `main`. With `--native`, makes a
 * CloudABI executable.
 *
 * @param argv the arguments of the compiler, without its name
 * @returns the exit status: 0, or that of the tool that found an error
 * @throws ToolchainError for failures other than mistakes in the source
 *
 * @example
 * const status = await cc(['hello.c', '-o', 'hello.wasm']);
 */
export async function cc(argv: readonly string[], options: CcOptions = {}): Promise<number> {
  const cwd = resolve(options.cwd ?? '.');
  const stderr = options.stderr ?? ((text) => void process.stderr.write(text));
  const stdout = options.stdout ?? ((text) => void process.stdout.write(text));
  const parsed = parseArguments(argv, options.cxx);
  if (parsed.native)
    return nativeCc(parsed.system ?? 'clang', parsed, { cwd, stderr, stdout, cxx: options.cxx ?? false });
  if (parsed.system !== undefined)
    return await systemCc(parsed.system, parsed, { cwd, stderr, stdout, cxx: options.cxx ?? false });
  const clang = options.clang ?? remembering(await loadClang(cwd));
  const headers = sdkHeaders();

  const objects = new Map<string, Uint8Array>();
  for (const source of parsed.sources) {
    const stage = new Stage(cwd);
    for (const [path, bytes] of headers) stage.addOwn(path, bytes);
    const search = parsed.includes.map(({ directory }) => directory);
    for (const file of [source, ...parsed.forcedIncludes]) stage.addSource(file, search);
    const command = compileCommand(parsed, source, stage, options.cxx ?? false);
    if (parsed.verbose) stderr(`${commandLine(command)}\n`);
    const result = await clang.run(command, stage.files);
    if (result.stderr !== '') stderr(stage.hostNames(result.stderr));
    if (result.status !== 0) return result.status;
    const { result: made } = result;
    // Options such as -fsyntax-only make no file.
    if (made === undefined) continue;
    if (parsed.stop === 'link') objects.set(source, made);
    else if (parsed.stop === '-E' && parsed.output === undefined) stdout(Buffer.from(made).toString('utf8'));
    else write(cwd, parsed.output ?? defaultOutput(parsed.stop, source) ?? 'a.out', made);
  }
  if (parsed.stop !== 'link' || objects.size < parsed.sources.length) return 0;
  return await link(clang, cwd, parsed, objects, stderr);
}

function compileCommand(
  parsed: CompilerArguments,
  source: string,
  stage: Stage,
  cxxDriver: boolean,
): string[] {
  return [
    'clang',
    '--target=wasm32-wasip1',
    `-working-directory=${stage.workingDirectory}`,
    PLATFORM,
    ...JUMPS,
    '-ffile-prefix-map=/@host/=/',
    ...languageFlags(parsed, source, cxxDriver, EXCEPTIONS),
    ...parsed.includes.flatMap(({ flag, directory }) => [flag, stage.virtual(directory)]),
    ...parsed.forcedIncludes.flatMap((file) => ['-include', stage.virtual(file)]),
    ...(parsed.threads ? ['-isystem', INCLUDE_THREADS] : []),
    '-isystem',
    INCLUDE,
    parsed.stop === 'link' ? '-c' : parsed.stop,
    // A plain name stays as the user wrote it, so that messages and __FILE__ have it too.
    /(^|\/)\.\.\/|^\//.test(source) ? stage.virtual(source) : source,
    '-o',
    '/result',
  ];
}

async function link(
  clang: Clang,
  cwd: string,
  parsed: CompilerArguments,
  compiled: ReadonlyMap<string, Uint8Array>,
  stderr: (text: string) => void,
): Promise<number> {
  const stage = new Stage(cwd);
  const objects = new Map<string, Uint8Array>();
  const inputs: string[] = [];
  const add = (path: string, bytes: Uint8Array): void => {
    stage.add(path, bytes);
    objects.set(stage.virtual(path), bytes);
    inputs.push(stage.virtual(path));
  };
  for (const input of parsed.linkInputs) {
    if (input.kind === 'source') {
      const bytes = compiled.get(input.path);
      if (bytes !== undefined) add(`${input.path}.o`, bytes);
    } else if (input.kind === 'file') {
      add(input.path, read(cwd, input.path));
    } else {
      const path = libraryPath(parsed, cwd, input.name);
      if (path === undefined) inputs.push(`-l${input.name}`);
      else add(path, read(cwd, path));
    }
  }
  const library = '/@sdk/libcloudabi.a';
  stage.addOwn(library, await sdkLibrary(clang, parsed.threads));
  const program = await definesProgramMain(clang, stage.files, objects);
  const exceptions =
    parsed.cxx && usesExceptions(objects.values()) ? '/@sdk/libcloudabi-exceptions.a' : undefined;
  if (exceptions !== undefined) stage.addOwn(exceptions, await exceptionLibrary(clang, parsed.threads));
  const errno = parsed.threads ? '/@sdk/libcloudabi-errno.a' : undefined;
  if (errno !== undefined)
    stage.addOwn(errno, await threadLibrary(clang.version, () => packageArchives(clang)));
  const archives = { library, exceptions, errno, longDouble: usesLongDouble(objects.values()) };
  const command = linkCommand(parsed, inputs, archives, program, '/result');
  if (parsed.verbose) stderr(`${commandLine(command)}\n`);
  const result = await clang.run(command, stage.files);
  if (result.stderr !== '') stderr(stage.hostNames(result.stderr));
  if (result.status !== 0) return result.status;
  const { result: made } = result;
  if (made === undefined)
    throw new ToolchainError('toolchain_broken', 'The linker succeeded, but wrote no file');
  write(cwd, parsed.output ?? 'a.out.wasm', made);
  return 0;
}

/** Reads the libraries of the compiler's package that refer to errno, as one archive. */
async function packageArchives(clang: Clang): Promise<Buffer[]> {
  const paths = ERRNO_ARCHIVES.map((name) => `${SYSTEM}/${name}`);
  const { status, stderr, result } = await clang.run(['ar', 'qcsL', '/result', ...paths], {});
  if (status !== 0 || result === undefined)
    throw new ToolchainError('toolchain_broken', `Cannot read the compiler's libraries: ${stderr.trim()}`);
  return [Buffer.from(result.buffer, result.byteOffset, result.byteLength)];
}

function read(cwd: string, path: string): Uint8Array {
  try {
    return readFileSync(resolve(cwd, path));
  } catch (error) {
    throw fileError('read', path, error);
  }
}

function write(cwd: string, path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(resolve(cwd, path), bytes);
  } catch (error) {
    throw fileError('write', path, error);
  }
}

function fileError(verb: string, path: string, cause: unknown): ToolchainError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const reason = REASONS[code] ?? code;
  return new ToolchainError('toolchain_file', `Cannot ${verb} '${path}': ${reason}`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'read-only file system',
};
