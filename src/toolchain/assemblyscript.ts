import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ToolchainError } from './errors.ts';

/** A message of a compilation: the part of `asc`'s reports that we read. */
export interface Diagnostic {
  readonly message: string;
}

/** The compiled module, before it is optimized. */
export interface AssembledModule {
  emitBinary(): Uint8Array;
}

/** Something that the compiler writes its messages or its output to. */
export interface AscStream {
  write(chunk: string | Uint8Array): void;
  readonly isTTY?: boolean;
}

/** Options of `asc` besides its command line. */
export interface AscOptions {
  readonly stdout: AscStream;
  readonly stderr: AscStream;
  /** Called for each message, after it was written. */
  readonly reportDiagnostic: (diagnostic: Diagnostic) => void;
  readonly transforms: readonly { afterCompile(module: AssembledModule): void }[];
}

/** The module `assemblyscript/asc`: of its exports, what we use. */
export interface Asc {
  /** Runs the compiler; an error is one that it has reported already. */
  main(argv: string[], options: AscOptions): Promise<{ readonly error: Error | null }>;
  /** The sources of the compiler's library, by their names beneath `~lib/` and without `.ts`. */
  readonly libraryFiles: Record<string, string>;
  readonly version: string;
}

const MISSING =
  "Cannot compile: the optional package 'assemblyscript' is not installed; run 'npm install assemblyscript@0.28'";

/**
 * Loads the AssemblyScript compiler. It is an optional peer, so this is the only place that imports it, and only for a
 * compilation.
 *
 * @param cwd The directory of the user's project, whose own compiler is taken where there is one.
 * @throws ToolchainError `toolchain_missing` when the package is not installed.
 */
export async function loadAsc(cwd: string = process.cwd()): Promise<Asc> {
  for (const from of [join(cwd, 'package.json'), import.meta.url]) {
    let path: string;
    try {
      path = createRequire(from).resolve('assemblyscript/dist/asc.js');
    } catch {
      continue;
    }
    const asc: Asc = await import(pathToFileURL(path).href);
    return asc;
  }
  throw new ToolchainError('toolchain_missing', MISSING);
}
