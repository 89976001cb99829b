import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { ToolchainError } from './errors.ts';
import type { Clang, ToolResult, Tree } from './llvm.ts';
import { directoryOf, type MemoryDirectory, MemoryFile } from './memory-files.ts';
import { MemoryHost } from './memory-host.ts';
import { unpackTar } from './tar.ts';

/**
 * Runs LLVM's tools, one module for WASI preview 1, over a file system in memory.
 *
 * The module has 75 MB, of which a compilation touches a small part, each function a few times. So V8 is
 * told to check functions when they are first called, and not to optimize them: its optimizer would take
 * longer than the compiler that it optimizes. Both hold for this whole process.
 *
 * @param version what {@link Clang.version} says
 * @param module the path of the module
 * @param resources the path of a tar archive of what the tools find under `/usr`
 */
export function directClang(version: string, module: string, resources: string): Clang {
  let loaded: { tools: WebAssembly.Module; usr: MemoryDirectory } | undefined;
  const load = (): { tools: WebAssembly.Module; usr: MemoryDirectory } => {
    setFlagsFromString('--wasm-lazy-validation');
    setFlagsFromString('--liftoff-only');
    return {
      tools: new WebAssembly.Module(readFileSync(module)),
      usr: unpackTar(resources),
    };
  };
  const run = (argv: readonly string[], files: Tree): ToolResult => {
    const root = directoryOf(files);
    const host = new MemoryHost(['llvm', ...argv], root);
    try {
      loaded ??= load();
      root.entries.set('usr', loaded.usr);
      const status = host.run(loaded.tools);
      const made = root.entries.get('result');
      return {
        status,
        result: made instanceof MemoryFile ? made.content : undefined,
        stdout: host.printed(1),
        stderr: host.printed(2),
        repeatable: !host.askedDate,
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const said = host.printed(2).trim();
      throw new ToolchainError(
        'toolchain_broken',
        `The tool '${argv[0] ?? ''}' crashed: ${reason}${said === '' ? '' : `; it said: ${said}`}`,
        { cause: error },
      );
    }
  };
  return { version, run: async (argv, files) => run(argv, files) };
}
