import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tree } from '@yowasp/clang';
import { ToolchainError } from './errors.ts';

export type { Tree } from '@yowasp/clang';

type ClangPackage = typeof import('@yowasp/clang');

/** What one run of a tool left behind. */
export interface ToolResult {
  /** The tool's exit status. */
  readonly status: number;
  /** The file system after the run. */
  readonly files: Tree;
  readonly stdout: string;
  readonly stderr: string;
}

/** LLVM's tools, running in this process over a file system in memory. */
export interface Clang {
  /** Names the build of the compiler: two builds with one name give the same output. */
  readonly version: string;
  /**
   * Runs one tool to its end.
   *
   * @param argv the tool's name (`clang`, `clang++`, `wasm-ld`, `ar`, `nm`) and its arguments
   * @param files all files that the tool can see, besides its own under `/usr`
   * @throws ToolchainError `toolchain_broken` when the tool crashes
   */
  run(argv: readonly string[], files: Tree): Promise<ToolResult>;
}

const MISSING =
  "Cannot compile: the optional package '@yowasp/clang' is not installed; run 'npm install @yowasp/clang@22'";

/** Imports the package from where this module lives, or else from the user's own project. */
async function importClang(cwd: string): Promise<ClangPackage> {
  try {
    return await import('@yowasp/clang');
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    const path = createRequire(join(cwd, 'package.json')).resolve('@yowasp/clang');
    const module: ClangPackage = await import(pathToFileURL(path).href);
    return module;
  } catch (error) {
    if (isNotFound(error)) throw new ToolchainError('toolchain_missing', MISSING);
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND')
  );
}

/**
 * Loads the compiler. It is an optional peer of some 100 MB, so this is the only place that imports it, and
 * only when somebody compiles.
 *
 * @param cwd the directory of the user's project, where the package is looked for in the second place
 * @throws ToolchainError `toolchain_missing` when the package is not installed
 */
export async function loadClang(cwd: string = process.cwd()): Promise<Clang> {
  const module = await importClang(cwd);
  const version = 'version' in module && typeof module.version === 'string' ? module.version : 'unknown';
  return { version, run: (argv, files) => run(module, argv, files) };
}

async function run(module: ClangPackage, argv: readonly string[], files: Tree): Promise<ToolResult> {
  const stdout = new Collector();
  const stderr = new Collector();
  const finish = (status: number, after: Tree): ToolResult => ({
    status,
    files: after,
    stdout: stdout.text(),
    stderr: stderr.text(),
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

/** Gathers what a tool prints; the bytes are the tool's memory and must be copied at once. */
class Collector {
  readonly #chunks: Uint8Array[] = [];
  readonly write = (bytes: Uint8Array | null): void => {
    if (bytes !== null) this.#chunks.push(Uint8Array.from(bytes));
  };
  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
