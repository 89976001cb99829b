import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { directClang } from './clang-direct.ts';
import { ToolchainError } from './errors.ts';
import type { Clang, ToolResult, Tree } from './llvm.ts';

type ClangPackage = typeof import('@yowasp/clang');

const MISSING =
  "Cannot compile: the optional package '@yowasp/clang' is not installed; run 'npm install @yowasp/clang@^22.0.0-0'";

/** Finds the package's entry from where this module lives, or else from the user's own project. */
function findClang(cwd: string): string {
  for (const from of [import.meta.url, join(cwd, 'package.json')]) {
    try {
      return createRequire(from).resolve('@yowasp/clang');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    }
  }
  throw new ToolchainError('toolchain_missing', MISSING);
}

/**
 * Loads the compiler. It is an optional peer of some 100 MB, so it is looked for only for a compilation. Where the
 * package has the files that {@link directClang} knows, they are run directly: that takes a third of the time of the
 * package's own entry, which is the other way.
 *
 * @param cwd the directory of the user's project, where the package is looked for in the second place
 * @throws ToolchainError `toolchain_missing` when the package is not installed
 */
export async function loadClang(cwd: string = process.cwd()): Promise<Clang> {
  const entry = findClang(cwd);
  const folder = dirname(entry);
  const version = versionOf(join(folder, '..', 'package.json'));
  const [module, resources] = ['llvm.core.wasm', 'llvm-resources.tar'].map((name) => join(folder, name));
  return module !== undefined && resources !== undefined && existsSync(module) && existsSync(resources)
    ? directClang(version, module, resources)
    : await packagedClang(version, entry);
}

function versionOf(path: string): string {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const known = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
  return known ? String(parsed.version) : 'unknown';
}

/**
 * The compiler by the package's own entry.
 *
 * @param entry the absolute path of the package's main module
 */
export async function packagedClang(version: string, entry: string): Promise<Clang> {
  const module: ClangPackage = await import(pathToFileURL(entry).href);
  return { version, run: (argv, files) => run(module, argv, files) };
}

async function run(module: ClangPackage, argv: readonly string[], files: Tree): Promise<ToolResult> {
  const stdout = new Collector();
  const stderr = new Collector();
  const finish = (status: number, after: Tree): ToolResult => ({
    status,
    result: after['result'] instanceof Uint8Array ? after['result'] : undefined,
    stdout: stdout.text(),
    stderr: stderr.text(),
    repeatable: false,
  });
  try {
    const after = await module.runLLVM([...argv], files, {
      stdout: stdout.write,
      stderr: stderr.write,
      decodeASCII: false,
      // The package would report on standard output how much of itself it has read.
      fetchProgress: () => {},
    });
    return finish(0, after ?? {});
  } catch (error) {
    if (error instanceof module.Exit) return finish(error.code, error.files);
    const reason = error instanceof Error ? error.message : String(error);
    throw new ToolchainError('toolchain_broken', `The tool '${argv[0] ?? ''}' crashed: ${reason}`, {
      cause: error,
    });
  }
}

/** Gathers the output of a tool; the bytes are the tool's memory and must be copied at once. */
class Collector {
  readonly #chunks: Uint8Array[] = [];
  readonly write = (bytes: Uint8Array | null): void => {
    if (bytes !== null) this.#chunks.push(Uint8Array.from(bytes));
  };
  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
