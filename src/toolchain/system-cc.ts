import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CompilerArguments, defaultOutput, isCxx, languageFlags } from './arguments.ts';
import { filesIn, type LibraryParts, libraryParts, objectName, PLATFORM, SDK } from './library.ts';
import { LAYOUT, libraryPath, PROGRAM, THREADS } from './link.ts';
import { writeOwnObject } from './own-object.ts';
import { runTool, type ToolOptions } from './run-tool.ts';
import { definesFunction } from './symbols.ts';
import { findLibrary, findSystemClang, headerFlags, type SystemClang } from './system.ts';
import { ERRNO_ARCHIVES, threadLibrary } from './thread-library.ts';

/** Options of a compilation with a compiler of the machine. */
export type SystemOptions = ToolOptions & {
  /** True for the C++ compiler. */
  readonly cxx: boolean;
};

/**
 * Compiles and links with a compiler of the machine's: the headers, the library and the layout are those of
 * the package's compiler.
 *
 * @param program the compiler, by name or path
 * @returns the exit status: 0, or that of the tool that found an error
 * @throws ToolchainError for failures other than mistakes in the source
 */
export async function systemCc(
  program: string,
  parsed: CompilerArguments,
  options: SystemOptions,
): Promise<number> {
  const clang = findSystemClang(program, parsed.cxx);
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-cc-'));
  try {
    const run = (argv: readonly string[]): number =>
      runTool(clang.program, [`--target=${clang.target}`, ...argv], parsed.verbose, options);
    const objects = new Map<string, string>();
    for (const [index, source] of parsed.sources.entries()) {
      const object = join(folder, `${index}.o`);
      const output = parsed.stop === 'link' ? object : (parsed.output ?? defaultOutput(parsed.stop, source));
      const status = run([
        PLATFORM,
        // The machine's C++ library is built without exceptions.
        ...languageFlags(parsed, source, options.cxx, ['-fno-exceptions']),
        ...parsed.includes.flatMap(({ flag, directory }) => [flag, directory]),
        ...parsed.forcedIncludes.flatMap((file) => ['-include', file]),
        ...libraryParts(parsed.threads).headers.flatMap((folder) => ['-isystem', join(SDK, folder)]),
        ...headerFlags(clang, isCxx(source) || options.cxx),
        parsed.stop === 'link' ? '-c' : parsed.stop,
        source,
        ...(output === undefined ? [] : ['-o', output]),
      ]);
      if (status !== 0) return status;
      objects.set(source, object);
    }
    const compiled = [...objects.values()].every((path) => readIfThere(path) !== undefined);
    if (parsed.stop !== 'link' || !compiled) return 0;
    return await link(clang, parsed, objects, folder, options, run);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function link(
  clang: SystemClang,
  parsed: CompilerArguments,
  objects: ReadonlyMap<string, string>,
  folder: string,
  options: SystemOptions,
  run: (argv: readonly string[]) => number,
): Promise<number> {
  const inputs: string[] = [];
  let program = false;
  for (const input of parsed.linkInputs) {
    const path =
      input.kind === 'source'
        ? objects.get(input.path)
        : input.kind === 'file'
          ? input.path
          : libraryPath(parsed, options.cwd, input.name);
    inputs.push(path ?? (input.kind === 'library' ? `-l${input.name}` : input.path));
    const bytes = path === undefined ? undefined : readIfThere(resolve(options.cwd, path));
    // A file that is neither an object nor an archive, and has the name in it, counts as one.
    program ||= bytes !== undefined && definesFunction(bytes, 'program_main') !== false;
  }
  return run([
    ...(program ? ['-nostartfiles'] : []),
    ...[...LAYOUT, ...(parsed.threads ? THREADS : []), ...(program ? PROGRAM : [])].map(
      (flag) => `-Wl,${flag}`,
    ),
    ...parsed.linkerFlags.flatMap((flag) => ['-Xlinker', flag]),
    ...inputs,
    ...systemLibrary(clang, folder, program, parsed.threads),
    ...(parsed.threads ? [await writeThreadLibrary(clang, folder)] : []),
    ...(parsed.cxx ? ['-lc++', '-lc++abi'] : []),
    '-lwasi-emulated-signal',
    '-o',
    parsed.output ?? 'a.out.wasm',
  ]);
}

/** Writes the archive of {@link threadLibrary} for the machine's libraries, and gives its path. */
async function writeThreadLibrary(clang: SystemClang, folder: string): Promise<string> {
  const archives = ERRNO_ARCHIVES.flatMap((name) => readIfThere(findLibrary(clang, name)) ?? []);
  const digest = archives.reduce((hash, bytes) => hash.update(bytes), createHash('sha256')).digest('hex');
  const path = join(folder, 'libcloudabi-errno.a');
  writeFileSync(path, await threadLibrary(digest, () => Promise.resolve(archives)));
  return path;
}

/**
 * Puts libcloudabi into a directory, as object files: the machine may have no `ar` that knows WebAssembly.
 * The start file is among them only for a program that starts at `program_main`. They are compiled at the
 * first use and kept in the user's cache directory.
 *
 * @returns their paths
 * @throws ToolchainError `toolchain_broken` when the sources do not compile
 */
function systemLibrary(clang: SystemClang, folder: string, program: boolean, threads: boolean): string[] {
  const parts = libraryParts(threads);
  const read = (part: string, name: string): Buffer => readFileSync(join(SDK, part, name));
  const listed = (parts: readonly string[], suffix: string): (readonly [part: string, name: string])[] =>
    parts.flatMap((part) =>
      filesIn(part)
        .filter((name) => name.endsWith(suffix))
        .map((name) => [part, name] as const),
    );
  const headers = createHash('sha256').update(`${clang.version}\n${clang.target}\n`);
  headers.update(parts.flags.join(' '));
  for (const [part, name] of listed([...parts.headers, ...parts.sources], '.h'))
    headers.update(`\n${name}\n`).update(read(part, name));
  const common = headers.digest('hex');
  const options = ownOptions(clang, parts);
  return (
    listed(parts.sources, '.c')
      .filter(([, name]) => program || name !== 'program/start.c')
      // Old versions of wasi-libc have no pthread.h; then there is no uv.h either.
      .filter(([, name]) => hasThreadHeader(clang) || !/^(uv|pthread)\//.test(name))
      .map(([part, name]) => {
        const digest = createHash('sha256').update(`${common}\n${name}\n`).update(read(part, name));
        const key = `object-${digest.digest('hex')}`;
        const object = join(folder, `sdk-${part}-${objectName(name)}`);
        const source = join(SDK, part, name);
        const { program } = clang;
        writeOwnObject(key, object, { program, options, source, library: 'libcloudabi' });
        return object;
      })
  );
}

function hasThreadHeader({ include }: SystemClang): boolean {
  return include === undefined || existsSync(join(include, 'pthread.h'));
}

function ownOptions(clang: SystemClang, parts: LibraryParts): readonly string[] {
  return [
    `--target=${clang.target}`,
    PLATFORM,
    ...parts.flags,
    ...parts.headers.flatMap((folder) => ['-isystem', join(SDK, folder)]),
    ...headerFlags(clang, false),
  ];
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
