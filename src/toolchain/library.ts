import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, keepNamed } from './cache.ts';
import { ToolchainError } from './errors.ts';
import type { Clang, Tree } from './llvm.ts';
import { placeFile } from './stage.ts';

/** The C part of the SDK; this module is two directories below the package's root, in src/ and in dist/. */
export const SDK: string = fileURLToPath(new URL('../../sdk/c/', import.meta.url));

/** The name of the SDK in the compiler's file system. */
const STAGED = '/@sdk';

/** The name of the SDK's headers in the compiler's file system. */
export const INCLUDE: string = `${STAGED}/include`;

/** The name of the headers that take the place of others in programs with threads. */
export const INCLUDE_THREADS: string = `${STAGED}/include-threads`;

/** The option that defines the macro by which programs know CloudABI. */
export const PLATFORM = '-D__CloudABI__=1';

/** Options that make setjmp and longjmp of WebAssembly's exceptions, in the form that Node 20 knows. */
export const JUMPS: readonly string[] = ['-mexception-handling', '-mllvm', '-wasm-enable-sjlj'];

/** Options that make exceptions of C++ of WebAssembly's, in the form that Node 20 knows. */
export const EXCEPTIONS: readonly string[] = ['-fwasm-exceptions', '-mllvm', '-wasm-use-legacy-eh'];

/** The parts of the library: folders of the SDK, and the options it is compiled with, by any compiler. */
export type LibraryParts = {
  readonly headers: readonly string[];
  readonly sources: readonly string[];
  readonly flags: readonly string[];
};

const FLAGS = ['-std=gnu11', '-D_GNU_SOURCE', '-Os', '-Wall', '-Wextra', '-Werror'];

/** @param threads True for a program with threads: it has those then, and may be shared by them. */
export function libraryParts(threads: boolean): LibraryParts {
  return threads
    ? { headers: ['include-threads', 'include'], sources: ['src', 'threads'], flags: [...FLAGS, '-pthread'] }
    : { headers: ['include'], sources: ['src'], flags: FLAGS };
}

/** The part of the library that programs with exceptions of C++ have besides. */
function exceptionParts(threads: boolean): LibraryParts {
  const language = ['--driver-mode=g++', '-std=gnu++20', ...EXCEPTIONS];
  const flags = [...language, ...FLAGS.filter((flag) => !flag.startsWith('-std='))];
  const { headers } = libraryParts(threads);
  return { headers, sources: ['exceptions'], flags: threads ? [...flags, '-pthread'] : flags };
}

/** The SDK's headers, by their names in the compiler's file system. */
export function sdkHeaders(): Map<string, Uint8Array> {
  const files = libraryParts(true).headers.flatMap((folder) =>
    readFolder(folder).map(([name, bytes]): [string, Uint8Array] => [`${STAGED}/${folder}/${name}`, bytes]),
  );
  return new Map(files);
}

/** Lists the files in a folder of the SDK and beneath it, by their paths from there. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(join(SDK, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(SDK, folder), join(entry.parentPath, entry.name)))
    .sort();
}

/** Names the object file of a source: flat, and different for each. */
export function objectName(source: string): string {
  return source.replaceAll('/', '-').replace(/c+$/, 'o');
}

function readFolder(folder: string): [name: string, bytes: Uint8Array][] {
  return filesIn(folder).map((name) => [name, readFileSync(join(SDK, folder, name))]);
}

/** Makes a tree of files with paths as names. */
function treeOf(files: readonly [name: string, bytes: Uint8Array][]): Tree {
  const root: Tree = {};
  for (const [name, bytes] of files) placeFile(root, name, bytes);
  return root;
}

/**
 * Gives libcloudabi, an archive for wasm-ld. It is compiled at the first use and kept in the user's cache
 * directory under a name made of the compiler's version and everything that is compiled; without a cache
 * that can be written, it is compiled every time.
 *
 * @throws ToolchainError `toolchain_broken` when the sources do not compile
 */
export async function sdkLibrary(clang: Clang, threads = false): Promise<Uint8Array> {
  return await builtLibrary(clang, libraryParts(threads));
}

/**
 * Gives the archive that programs with exceptions are linked with besides, made as {@link sdkLibrary} is.
 *
 * @throws ToolchainError `toolchain_broken` when the sources do not compile
 */
export async function exceptionLibrary(clang: Clang, threads: boolean): Promise<Uint8Array> {
  return await builtLibrary(clang, exceptionParts(threads));
}

async function builtLibrary(clang: Clang, parts: LibraryParts): Promise<Uint8Array> {
  const folders: Tree = {};
  const sources: string[] = [];
  const hash = createHash('sha256').update(`${clang.version}\n${parts.flags.join(' ')}\n`);
  for (const folder of [...parts.headers, ...parts.sources]) {
    const files = readFolder(folder);
    folders[folder] = treeOf(files);
    if (parts.sources.includes(folder))
      sources.push(...files.map(([name]) => `${folder}/${name}`).filter((name) => /\.cc?$/.test(name)));
    for (const [name, bytes] of files) hash.update(`${folder}/${name} ${bytes.length}\n`).update(bytes);
  }
  const name = `libcloudabi-${hash.digest('hex').slice(0, 32)}`;
  const known = cached(name);
  if (known !== undefined) return known;
  const archive = await build(clang, parts, folders, sources);
  keepNamed(name, archive);
  return archive;
}

async function build(
  clang: Clang,
  { headers, flags }: LibraryParts,
  folders: Tree,
  sources: readonly string[],
): Promise<Uint8Array> {
  const objects: Tree = {};
  const include = headers.flatMap((folder) => ['-isystem', `${STAGED}/${folder}`]);
  for (const source of sources) {
    const argv = [
      'clang',
      '--target=wasm32-wasip1',
      PLATFORM,
      ...flags,
      ...include,
      '-c',
      `${STAGED}/${source}`,
      '-o',
      '/result',
    ];
    objects[objectName(source)] = await runOwn(clang, argv, { '@sdk': folders });
  }
  return await runOwn(clang, ['ar', 'rcsD', '/result', ...Object.keys(objects)], objects);
}

/** Runs a tool that can only fail if the SDK or the compiler is broken, and gives the file that it made. */
async function runOwn(clang: Clang, argv: readonly string[], files: Tree): Promise<Uint8Array> {
  const { status, result, stderr } = await clang.run(argv, files);
  if (status !== 0 || result === undefined)
    throw new ToolchainError('toolchain_broken', `Cannot build libcloudabi: ${stderr.trim()}`);
  return result;
}
