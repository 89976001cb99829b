import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, keep } from './cache.ts';
import type { Clang, Tree } from './clang.ts';
import { ToolchainError } from './errors.ts';

/** The C part of the SDK; this module is two directories below the package's root, in src/ and in dist/. */
export const SDK: string = fileURLToPath(new URL('../../sdk/c/', import.meta.url));

/** The name of the SDK's headers in the compiler's file system. */
export const INCLUDE = '/@sdk/include';

/** The SDK's headers, by their names in the compiler's file system. */
export function sdkHeaders(): Map<string, Uint8Array> {
  const folder = join(SDK, 'include');
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [`${INCLUDE}/${name}`, readFileSync(join(folder, name))]),
  );
}

/**
 * Gives libcloudabi, an archive for wasm-ld. It is compiled at the first use and kept in the user's cache
 * directory under a name made of the compiler's version and everything that is compiled; without a cache
 * that can be written, it is compiled every time.
 *
 * @throws ToolchainError `toolchain_broken` when the sources do not compile
 */
export async function sdkLibrary(clang: Clang): Promise<Uint8Array> {
  const include: Tree = {};
  const src: Tree = {};
  const hash = createHash('sha256').update(`${clang.version}\n${FLAGS.join(' ')}\n`);
  for (const [tree, folder] of [
    [include, 'include'],
    [src, 'src'],
  ] as const) {
    for (const name of readdirSync(join(SDK, folder)).sort()) {
      const bytes = readFileSync(join(SDK, folder, name));
      tree[name] = bytes;
      hash.update(`${folder}/${name} ${bytes.length}\n`).update(bytes);
    }
  }
  const name = `libcloudabi-${hash.digest('hex').slice(0, 32)}`;
  const known = cached(name);
  if (known !== undefined) return known;
  const archive = await build(clang, { '@sdk': { include, src } }, Object.keys(src));
  keep(name, archive);
  return archive;
}

/** How the library is compiled, by whichever compiler. */
export const LIBRARY_FLAGS: readonly string[] = ['-std=c11', '-Os', '-Wall', '-Wextra', '-Werror'];

const FLAGS = ['--target=wasm32-wasip1', ...LIBRARY_FLAGS, '-I', INCLUDE];

async function build(clang: Clang, files: Tree, names: readonly string[]): Promise<Uint8Array> {
  const objects: Tree = {};
  for (const name of names.filter((name) => name.endsWith('.c'))) {
    const argv = ['clang', ...FLAGS, '-c', `/@sdk/src/${name}`, '-o', '/result'];
    objects[name.replace(/c$/, 'o')] = await runOwn(clang, argv, files);
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
