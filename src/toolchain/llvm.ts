import type { Tree } from '@yowasp/clang';

export type { Tree } from '@yowasp/clang';

/** The results of one run of a tool. */
export interface ToolResult {
  /** The tool's exit status. */
  readonly status: number;
  /** The file `/result`, where the tool was told to write; absent when it wrote none. */
  readonly result: Uint8Array | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** True if the same arguments and files give the same result on every day. */
  readonly repeatable: boolean;
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
