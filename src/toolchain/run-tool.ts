import { spawnSync } from 'node:child_process';
import { commandLine } from './arguments.ts';
import { ToolchainError } from './errors.ts';

/** The place and the outputs of a tool's run. */
export type ToolOptions = {
  readonly cwd: string;
  readonly stderr: (text: string) => void;
  readonly stdout: (text: string) => void;
};

/**
 * Runs a tool of this machine to its end.
 *
 * @param verbose Prints its command line first.
 * @returns Its exit status.
 * @throws ToolchainError `toolchain_broken` when it cannot be started or a signal ends it.
 */
export function runTool(
  program: string,
  argv: readonly string[],
  verbose: boolean,
  { cwd, stderr, stdout }: ToolOptions,
): number {
  if (verbose) stderr(`${commandLine([program, ...argv])}\n`);
  const result = spawnSync(program, argv, { cwd, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (result.error !== undefined || result.status === null)
    throw new ToolchainError(
      'toolchain_broken',
      `The tool '${program}' did not finish: ${result.error?.message ?? result.signal ?? 'unknown'}`,
    );
  if (result.stderr !== '') stderr(result.stderr);
  if (result.stdout !== '') stdout(result.stdout);
  return result.status;
}
