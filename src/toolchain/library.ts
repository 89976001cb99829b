import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clang, Tree } from './clang.ts';
import { ToolchainError } from './errors.ts';

/** The C part of the SDK; this module is two directories below the package's root, in src/ and in dist/. */
const SDK = fileURLToPath(new URL('../../sdk/c/', import.meta.url));

/** The name of the SDK's headers in the compiler's file system. */
export const INCLUDE = '/@sdk/include';

/** The name of the headers that take the place of others in programs with threads. */
export const INCLUDE_THREADS = '/@sdk/include-threads';

/** The SDK's headers, by their names in the compiler's file system. */
export function sdkHeaders(): Map<string, Uint8Array> {
  return new Map(
    ['include', 'include-threads'].flatMap((folder) =>
      readdirSync(join(SDK, folder))
        .sort()
        .map((name): [string, Uint8Array] => [
          `/@sdk/${folder}/${name}`,
          readFileSync(join(SDK, folder, name)),
        ]),
    ),
  );
}

/**
 * Gives libcloudabi, an archive for wasm-ld. It is compiled at the first use and kept in the user's cache
 * directory under a name made of the compiler's version and everything that is compiled; without a cache
 * that can be written, it is compiled every time.
 *
 * @param threads whether it is for a program with threads: it has those then, and may be shared by them
 * @throws ToolchainError `toolchain_broken` when the sources do not compile
 */
export async function sdkLibrary(clang: Clang, threads = false): Promise<Uint8Array> {
  const include: Tree = {};
  const src: Tree = {};
  const includeThreads: Tree = {};
  const flags = threads ? [...FLAGS, '-pthread', '-isystem', INCLUDE_THREADS] : FLAGS;
  const hash = createHash('sha256').update(`${clang.version}\n${flags.join(' ')}\n`);
  for (const [tree, folder] of [
    [include, 'include'],
    [src, 'src'],
    ...(threads
      ? ([
          [includeThreads, 'include-threads'],
          [src, 'threads'],
        ] as const)
      : []),
  ] as const) {
    for (const name of readdirSync(join(SDK, folder)).sort()) {
      const bytes = readFileSync(join(SDK, folder, name));
      tree[name] = bytes;
      hash.update(`${folder}/${name} ${bytes.length}\n`).update(bytes);
    }
  }
  const path = join(cacheDirectory(), `libcloudabi-${hash.digest('hex').slice(0, 32)}.a`);
  const cached = readIfThere(path);
  if (cached !== undefined) return cached;
  const files: Tree = { '@sdk': { include, src, 'include-threads': includeThreads } };
  const archive = await build(clang, files, Object.keys(src), flags);
  keep(path, archive);
  return archive;
}

const FLAGS = ['--target=wasm32-wasip1', '-std=c11', '-Os', '-Wall', '-Wextra', '-Werror', '-I', INCLUDE];

async function build(
  clang: Clang,
  files: Tree,
  names: readonly string[],
  flags: readonly string[],
): Promise<Uint8Array> {
  const objects: Tree = {};
  for (const name of names.filter((name) => name.endsWith('.c'))) {
    const argv = ['clang', ...flags, '-c', `/@sdk/src/${name}`, '-o', '/object.o'];
    objects[name.replace(/c$/, 'o')] = await runOwn(clang, argv, files, 'object.o');
  }
  return await runOwn(
    clang,
    ['ar', 'rcsD', 'libcloudabi.a', ...Object.keys(objects)],
    objects,
    'libcloudabi.a',
  );
}

/** Runs a tool that can only fail if the SDK or the compiler is broken, and gives one file that it made. */
async function runOwn(
  clang: Clang,
  argv: readonly string[],
  files: Tree,
  output: string,
): Promise<Uint8Array> {
  const result = await clang.run(argv, files);
  const made = result.files[output];
  if (result.status !== 0 || !(made instanceof Uint8Array))
    throw new ToolchainError('toolchain_broken', `Cannot build libcloudabi: ${result.stderr.trim()}`);
  return made;
}

/** Where files that can be made again are kept (XDG Base Directory Specification). */
function cacheDirectory(): string {
  const { XDG_CACHE_HOME: base } = process.env;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'cloudabi');
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Writes a file whole or not at all; a cache that cannot be written is no error. */
function keep(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, bytes, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
